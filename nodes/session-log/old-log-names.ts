/** The five logs of the Python charger, by the names of their files. */

export const OLD_LOGS = ["EnergyStats", "energy.log", "events.log", "errors.log", "log.log"] as const;
export type OldLog = (typeof OLD_LOGS)[number];

/** Without regard to case, dots and the ending; null for another name. The old charger called one `error.log` itself. */
export function oldLogOf(name: string): OldLog | null {
  const plain = (text: string): string =>
    text
      .trim()
      .toLowerCase()
      .replace(/[.\s_-]/g, "");
  const wanted = plain(name) === "errorlog" ? "errorslog" : plain(name);
  return OLD_LOGS.find((log) => plain(log) === wanted) ?? null;
}
