/**
 * What hangs on a board beside the charger and is no business of its safety: chips on I2C, a light on a few pins. Slow, and allowed to
 * fail. A line is nobody else's, so that a chip that hangs it holds up nobody else.
 */
export interface SideLine {
  /** One transfer to a chip. @throws DriverUnavailable `chipSilent` when it does not take it, `lineLost` when nobody answers in time */
  write(address: number, bytes: Uint8Array): Promise<void>;
  /** Bytes from a register of a chip on. @throws DriverUnavailable as `write` */
  read(address: number, register: number, count: number): Promise<Uint8Array>;
  /** Makes a pin an output that is high for this share of the time, 0 to 1. @throws DriverUnavailable `pinRefused` or `lineLost` */
  drive(gpio: number, share: number): Promise<void>;
  /** What was asked for before is still carried out. */
  close(): void;
}

/** Another line. @throws DriverUnavailable when there is none to be had */
export type OpenSideLine = () => Promise<SideLine>;
