/** The page as it was built: one file that holds everything, in each language. */
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Page } from "#bridges/http/answer";
import { pageSecurityHeaders } from "#bridges/http/security-headers";
import { BrokenInvariant } from "#core/errors";

export const LANGUAGES = ["en", "de"] as const;
export type Language = (typeof LANGUAGES)[number];
export type Pages = Readonly<Record<Language, Page>>;

const PARTS = /<(script|style)[^>]*>([\s\S]*?)<\/\1>/g;

/** @param html as the build left it, with `<html lang="en">` */
export function pagesOf(html: string): Pages {
  const found = [...html.matchAll(PARTS)].map(([, tag, content = ""]) => ({ tag, content }));
  const ofTag = (wanted: string): string[] => found.filter(({ tag }) => tag === wanted).map(({ content }) => content);
  const headers = pageSecurityHeaders({ scripts: ofTag("script"), styles: ofTag("style") });
  const page = (language: Language): Page => {
    const text = html.replace('<html lang="en">', `<html lang="${language}">`);
    return {
      html: text,
      headers: { ...headers, "Content-Language": language },
      tag: createHash("sha256").update(text).digest("base64url").slice(0, 20),
    };
  };
  return { en: page("en"), de: page("de") };
}

/** Beside the compiled node, or where the build put it when the node runs from its sources. @throws BrokenInvariant pageNotBuilt. */
export function builtPages(): Pages {
  const places = [join(import.meta.dirname, "page.html"), join(import.meta.dirname, "../../dist/nodes/charge-status/page.html")];
  for (const place of places) {
    try {
      return pagesOf(readFileSync(place, "utf8"));
    } catch {
      // The other place, then.
    }
  }
  throw new BrokenInvariant("pageNotBuilt", "The page was not built: npm run build.");
}
