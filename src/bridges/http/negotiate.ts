/** What a client would like: the language, and whether it is a browser that shows pages. */

interface Wish {
  readonly what: string;
  readonly weight: number;
}

/** The wishes of an `Accept…` header, the dearest first; those with weight 0 are left out. */
function wishes(header: string): readonly Wish[] {
  return header
    .slice(0, 500)
    .split(",")
    .map((part) => {
      const [what = "", ...parameters] = part.split(";").map((piece) => piece.trim().toLowerCase());
      const weight = Number(parameters.find((parameter) => parameter.startsWith("q="))?.slice(2) ?? 1);
      return { what, weight: Number.isFinite(weight) ? weight : 0 };
    })
    .filter(({ what, weight }) => what !== "" && weight > 0)
    .toSorted((a, b) => b.weight - a.weight);
}

/** The first of `available` that the header asks for, `de-AT` being content with `de`; the first of all when it asks for none. */
export function preferredLanguage<const L extends string>(header: string | undefined, available: readonly [L, ...L[]]): L {
  for (const { what } of wishes(header ?? "")) {
    const found = available.find((language) => language === what.split("-")[0]);
    if (found !== undefined) return found;
  }
  return available[0];
}

/** True for a client that names HTML. One that takes anything, as `curl` does, is a program. */
export const wantsHtml = (accept: string | undefined): boolean => wishes(accept ?? "").some(({ what }) => what === "text/html");
