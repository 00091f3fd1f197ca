/** A QR code as a drawing. */
import { encode } from "uqr";
import { type Html, html } from "../../http/html.ts";

/** Modules of white around it that readers need. */
const QUIET = 4;

/**
 * Black on white in both themes. Level Q still reads with a quarter of it dirty; upper case alone needs fewer, larger modules.
 * @param label what is in it, for those who do not see it
 */
export function qrCode(text: string, label: string): Html {
  const { data, size } = encode(text, { ecc: "Q", border: 0 });
  const side = size + 2 * QUIET;
  const row = (modules: readonly boolean[], y: number): string => {
    let path = "";
    for (let x = 0; x < size; x++) {
      if (!modules[x] || modules[x - 1]) continue;
      let length = 1;
      while (modules[x + length]) length++;
      path += `M${x + QUIET} ${y + QUIET}h${length}v1h-${length}z`;
    }
    return path;
  };
  return html`<svg viewBox="0 0 ${side} ${side}" role="img" aria-label="${label}" shape-rendering="crispEdges"><rect width="${side}" height="${side}" fill="#fff"/><path fill="#000" d="${data.map(row).join("")}"/></svg>`;
}
