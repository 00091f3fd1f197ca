/** Headers that keep a page to itself: nothing from elsewhere, nothing to elsewhere, nothing that was not in the file. */
import { createHash } from "node:crypto";

export type Headers = Readonly<Record<string, string>>;

/** Of every answer, page or not. */
export const BARE_SECURITY_HEADERS: Headers = {
  "X-Content-Type-Options": "nosniff",
  "Referrer-Policy": "no-referrer",
  "Cross-Origin-Resource-Policy": "same-origin",
  "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
};

/** The source expression by which a policy knows one inline script or style. */
export const hashSource = (content: string): string => `'sha256-${createHash("sha256").update(content).digest("base64")}'`;

/** What a page holds inline, whole, as it stands between the tags. */
export interface InlineParts {
  readonly scripts: readonly string[];
  readonly styles: readonly string[];
}

/**
 * Of a page that holds everything it needs. Only scripts and styles that are in the file run; it talks to its own origin only; text never
 * becomes markup (trusted types); it may be framed by its own origin, as dashboards do.
 */
export function pageSecurityHeaders({ scripts, styles }: InlineParts): Headers {
  const policy = [
    "default-src 'none'",
    `script-src ${scripts.map(hashSource).join(" ") || "'none'"}`,
    `style-src ${styles.map(hashSource).join(" ") || "'none'"}`,
    "img-src data:",
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'self'",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ].join("; ");
  return {
    ...BARE_SECURITY_HEADERS,
    "Content-Security-Policy": policy,
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "X-Frame-Options": "SAMEORIGIN",
  };
}
