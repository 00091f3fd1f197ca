/** Where a request comes from, as far as that can be believed. */
import type { IncomingMessage } from "node:http";
import { isIPv6 } from "node:net";

/** @param trustedProxies how many proxies in front of this server add to X-Forwarded-For; what comes before theirs is hearsay */
export function addressOf(request: Pick<IncomingMessage, "headers" | "socket">, trustedProxies: number): string {
  const socket = request.socket.remoteAddress ?? "";
  if (trustedProxies === 0) return socket;
  const said = [request.headers["x-forwarded-for"] ?? ""].flat().join(",").slice(-1000).split(",");
  const hops = [...said.map((hop) => hop.trim()).filter((hop) => hop !== ""), socket];
  return hops.at(-1 - Math.min(trustedProxies, hops.length - 1)) ?? socket;
}

/** What one household has: a whole IPv4 address, the first 64 bits of an IPv6 one. */
export function addressBlock(address: string): string {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1];
  if (mapped !== undefined) return mapped;
  if (!isIPv6(address)) return address.slice(0, 45);
  const [head = "", tail] = (address.toLowerCase().split("%")[0] ?? "").split("::");
  const before = head === "" ? [] : head.split(":");
  const after = tail === undefined || tail === "" ? [] : tail.split(":");
  const zeros = Array.from({ length: Math.max(0, 8 - before.length - after.length) }, () => "0");
  const groups = tail === undefined ? before : [...before, ...zeros, ...after];
  return `${groups
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(":")}::/64`;
}
