/** Errors by whose fault they are. Each has a stable code and says what was expected, what came and what to do. */

abstract class J1772Error extends Error {
  readonly code: string;
  constructor(code: string, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.code = code;
    this.name = new.target.name;
  }
}

/** The user's: a value or a file that cannot be accepted. */
export class ConfigError extends J1772Error {}
/** The sender's: a message that cannot be understood or obeyed. */
export class MessageError extends J1772Error {}
/** The machine's: hardware, a file or a socket that cannot be had. */
export class DriverUnavailable extends J1772Error {}
export class StoreUnavailable extends J1772Error {}
export class StoreCorrupt extends J1772Error {}
/** The other process is gone or speaks another language. */
export class LinkLost extends J1772Error {}
/** Ours: a promise this code made to itself was broken. */
export class BrokenInvariant extends J1772Error {}
