/** The daemon's commands and errors by their numbers. Source: the pigpio socket interface, as its clients speak it. */

/** Numbers of the commands this project uses or answers. */
export const COMMAND = {
  MODES: 0,
  MODEG: 1,
  PUD: 2,
  READ: 3,
  WRITE: 4,
  PWM: 5,
  PRS: 6,
  PFS: 7,
  WDOG: 9,
  BR1: 10,
  BR2: 11,
  BC1: 12,
  BC2: 13,
  BS1: 14,
  BS2: 15,
  TICK: 16,
  HWVER: 17,
  NO: 18,
  NB: 19,
  NP: 20,
  NC: 21,
  PRG: 22,
  PFG: 23,
  PRRG: 24,
  PIGPV: 26,
  TRIG: 37,
  PROC: 38,
  PROCD: 39,
  PROCR: 40,
  PROCS: 41,
  PROCP: 45,
  MICS: 46,
  MILS: 47,
  PARSE: 48,
  I2CO: 54,
  I2CC: 55,
  I2CRD: 56,
  I2CWD: 57,
  I2CWQ: 58,
  I2CRS: 59,
  I2CWS: 60,
  I2CRB: 61,
  I2CWB: 62,
  I2CRW: 63,
  I2CWW: 64,
  I2CRI: 67,
  I2CWI: 68,
  SPIO: 71,
  SPIC: 72,
  SPIR: 73,
  SPIW: 74,
  SPIX: 75,
  GDC: 83,
  HC: 85,
  HP: 86,
  FG: 97,
  FN: 98,
  NOIB: 99,
  PROCU: 117,
} as const;
export type CommandName = keyof typeof COMMAND;

const NAMES = new Map<number, CommandName>(Object.entries(COMMAND).map(([name, number]) => [number, name as CommandName]));

/** The command of a number; undefined for one that is not among ours. */
export const commandName = (number: number): CommandName | undefined => NAMES.get(number);

/** Commands whose positive result is the length of what follows the reply. Numbers, because others than ours may be asked for. */
const WITH_DATA: ReadonlySet<number> = new Set([
  COMMAND.PROCP,
  COMMAND.I2CRD,
  COMMAND.I2CRI,
  COMMAND.SPIR,
  COMMAND.SPIX,
  /** SLR, I2CRK, I2CPK, SERR, CF2, BI2CZ, I2CZ, FR, FL, BSPIX, BSCX */
  ...[43, 65, 70, 80, 88, 91, 92, 106, 109, 113, 114],
]);

/** Whether data follows a reply to `command`, and how much, bytes. */
export const dataLength = (command: number, result: number): number => (result > 0 && WITH_DATA.has(command) ? result : 0);

/** Errors are negative results. */
export const ERROR = {
  BAD_USER_GPIO: -2,
  BAD_GPIO: -3,
  BAD_MODE: -4,
  BAD_LEVEL: -5,
  BAD_PUD: -6,
  BAD_DUTYCYCLE: -8,
  BAD_WDOG_TIMEOUT: -15,
  BAD_DUTYRANGE: -21,
  NO_HANDLE: -24,
  BAD_HANDLE: -25,
  SOME_PERMITTED: -42,
  BAD_PULSELEN: -46,
  BAD_SCRIPT: -47,
  BAD_SCRIPT_ID: -48,
  BAD_PARAM_NUM: -52,
  DUP_TAG: -53,
  TOO_MANY_TAGS: -54,
  BAD_SCRIPT_CMD: -55,
  BAD_VAR_NUM: -56,
  NO_SCRIPT_ROOM: -57,
  TOO_MANY_PARAM: -61,
  SCRIPT_NOT_READY: -62,
  BAD_TAG: -63,
  BAD_MICS_DELAY: -64,
  BAD_MILS_DELAY: -65,
  I2C_OPEN_FAILED: -71,
  SPI_OPEN_FAILED: -73,
  BAD_I2C_BUS: -74,
  BAD_I2C_ADDR: -75,
  BAD_SPI_CHANNEL: -76,
  BAD_FLAGS: -77,
  BAD_SPI_SPEED: -78,
  BAD_PARAM: -81,
  I2C_WRITE_FAILED: -82,
  I2C_READ_FAILED: -83,
  BAD_SPI_COUNT: -84,
  UNKNOWN_COMMAND: -88,
  NOT_PWM_GPIO: -92,
  NOT_HCLK_GPIO: -94,
  NOT_HPWM_GPIO: -95,
  BAD_HPWM_FREQ: -96,
  BAD_HPWM_DUTY: -97,
  HPWM_ILLEGAL: -100,
  BAD_FILTER: -125,
} as const;

const ERROR_NAMES = new Map<number, string>(Object.entries(ERROR).map(([name, number]) => [number, name]));

/** An error result in words: "NOT_HPWM_GPIO (-95)". */
export const errorText = (result: number): string => {
  const name = ERROR_NAMES.get(result);
  return name === undefined ? `error ${result}` : `${name} (${result})`;
};
