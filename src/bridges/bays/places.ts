/** A queue and a bay of it as one value of a form. */

export const placeValue = (group: string, bay: string): string => JSON.stringify([group, bay]);

/** Null for what no form of ours says. An empty bay is any of the group. */
export function readPlace(value: string): { readonly group: string; readonly bay: string | null } | null {
  let read: unknown;
  try {
    read = JSON.parse(value.slice(0, 300));
  } catch {
    return null;
  }
  const [group, bay]: unknown[] = Array.isArray(read) ? read : [];
  return typeof group === "string" && typeof bay === "string" ? { group, bay: bay || null } : null;
}
