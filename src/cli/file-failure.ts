/** What the system says of a file that cannot be had, in words that name no number. */

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: "there is no such file",
  ENOTDIR: "there is no such file",
  EISDIR: "it is a directory",
  EACCES: "permission denied",
};

/** Why a file cannot be had; the system's own words where there are no better ones. */
export function fileReason(cause: unknown): string {
  const code = cause instanceof Error && "code" in cause ? String(cause.code) : "";
  return REASONS[code] ?? (cause instanceof Error ? cause.message : String(cause));
}

/** The same with the file's name before it. @returns null for what is no failure of the file system. */
export function fileFailure(error: unknown): string | null {
  if (!(error instanceof Error && "syscall" in error && "path" in error)) return null;
  return `${String(error.path)}: ${fileReason(error)}.`;
}
