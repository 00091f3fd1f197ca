/** Reports of level changes, as the daemon streams them after `NOIB`: 12 bytes each. */

export const REPORT_BYTES = 12;

/** What a report is about beside levels. */
export const REPORT_FLAG = { watchdog: 1 << 5, alive: 1 << 6, event: 1 << 7 } as const;

export interface LevelReport {
  readonly sequence: number;
  readonly flags: number;
  /** Microseconds since the daemon's machine started, modulo 2^32. */
  readonly tick: number;
  /** GPIO 0 to 31, one bit each. */
  readonly levels: number;
}

export function encodeReport({ sequence, flags, tick, levels }: LevelReport): Uint8Array {
  const bytes = new Uint8Array(REPORT_BYTES);
  const view = new DataView(bytes.buffer);
  view.setUint16(0, sequence, true);
  view.setUint16(2, flags, true);
  view.setUint32(4, tick, true);
  view.setUint32(8, levels, true);
  return bytes;
}

/** Cuts a stream into reports. */
export class ReportReader {
  #pending = new Uint8Array(0);

  feed(bytes: Uint8Array, take: (report: LevelReport) => void): void {
    const buffer = new Uint8Array(this.#pending.length + bytes.length);
    buffer.set(this.#pending);
    buffer.set(bytes, this.#pending.length);
    const view = new DataView(buffer.buffer);
    let at = 0;
    for (; buffer.length - at >= REPORT_BYTES; at += REPORT_BYTES) {
      take({
        sequence: view.getUint16(at, true),
        flags: view.getUint16(at + 2, true),
        tick: view.getUint32(at + 4, true),
        levels: view.getUint32(at + 8, true),
      });
    }
    this.#pending = buffer.slice(at);
  }
}
