/** A value as it may stand in an error: short, and never a way to flood a log. */
export function shown(value: unknown): string {
  if (typeof value === "string") return value.length > 40 ? `"${value.slice(0, 40)}…"` : `"${value}"`;
  if (typeof value === "number" || typeof value === "boolean" || value === null || value === undefined) return String(value);
  if (Buffer.isBuffer(value)) return "a buffer";
  return Array.isArray(value) ? "a list" : `a value of type ${typeof value}`;
}
