import assert from "node:assert/strict";
import type { IncomingMessage } from "node:http";
import { addressBlock, addressOf } from "#bridges/http/caller";

const from = (remoteAddress: string, forwarded?: string) =>
  ({ socket: { remoteAddress }, headers: forwarded === undefined ? {} : { "x-forwarded-for": forwarded } }) as unknown as IncomingMessage;

describe("caller", () => {
  for (const [name, request, proxies, expected] of [
    ["the socket, without a proxy", from("10.0.0.1", "1.1.1.1"), 0, "10.0.0.1"],
    ["what the one proxy saw", from("10.0.0.1", "9.9.9.9, 1.1.1.1"), 1, "1.1.1.1"],
    ["what the outer of two proxies saw", from("10.0.0.1", "9.9.9.9, 1.1.1.1, 10.0.0.2"), 2, "1.1.1.1"],
    ["the socket, when the proxy added nothing", from("10.0.0.1"), 1, "10.0.0.1"],
    ["the first, when there are fewer than believed", from("10.0.0.1", "1.1.1.1"), 5, "1.1.1.1"],
  ] as const) {
    it(`is ${name}`, () => assert.equal(addressOf(request, proxies), expected));
  }

  for (const [address, block] of [
    ["192.0.2.7", "192.0.2.7"],
    ["::ffff:192.0.2.7", "192.0.2.7"],
    ["2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"],
    ["2001:0DB8:0001:0002::6", "2001:db8:1:2::/64"],
    ["2001:db8::1", "2001:db8:0:0::/64"],
    ["::1", "0:0:0:0::/64"],
    ["fe80::1%eth0", "fe80:0:0:0::/64"],
    ["nonsense", "nonsense"],
  ] as const) {
    it(`has ${address} in ${block}`, () => assert.equal(addressBlock(address), block));
  }
});
