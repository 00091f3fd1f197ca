/** `j1772 calibrate` as a process that speaks JSON lines. */
import { spawn } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { readBoard } from "#link/pi-driver";
import type { Calibrator } from "./calibration.ts";
import { type ChargerConfig, controllerFiles, customLayout, daemonAt } from "./controller-file.ts";
import { program } from "./process-launcher.ts";

/** As much of what it said last as fits a dialog, characters. */
const LAST_WORDS = 400;
/** A process that was hung up on is gone by then, ms. */
const ENDS_WITHIN = 3_000;

/** The part of a charger's form that says which hardware it is. */
export type Hardware = Pick<ChargerConfig, "board" | "customPins" | "daemonAddress"> & { readonly driver: "pigpiod" | "pigpio" };

/** @throws ConfigError naming the field that is wrong */
export function checkHardware(hardware: Hardware): void {
  readBoard(hardware.board, customLayout(hardware).layout);
  if (hardware.driver === "pigpiod") daemonAt(hardware.daemonAddress);
}

function argumentsOf(hardware: Hardware, folder: string): readonly string[] {
  const { host, port } = hardware.driver === "pigpiod" ? daemonAt(hardware.daemonAddress) : {};
  const { layout } = customLayout(hardware);
  const pins = join(folder, "calibration-pins.json");
  if (layout !== undefined) writeFileSync(pins, JSON.stringify(layout), { mode: 0o600 });
  return [
    ...["--driver", hardware.driver],
    ...(layout === undefined ? ["--preset", hardware.board] : ["--board", pins]),
    ...(host === undefined ? [] : ["--host", host]),
    ...(port === undefined ? [] : ["--port", String(port)]),
    ...["--state", folder, "--json"],
  ];
}

/** Starts one for a charger's hardware; the charger's own folder is locked, so that no controller runs beside it. */
export function startCalibration(userDir: string, id: string, hardware: Hardware): Calibrator {
  const { folder } = controllerFiles(userDir, id);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const child = spawn(process.execPath, [...program("calibrate"), ...argumentsOf(hardware, folder)], {
    stdio: ["pipe", "pipe", "pipe"],
    windowsHide: true,
  });
  // A process that is gone takes no answers.
  child.stdin.on("error", () => {});
  let said = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    said = (said + text).slice(-LAST_WORDS);
  });
  const lines = createInterface({ input: child.stdout });
  return {
    onLine: (hear) => void lines.on("line", hear),
    onEnd: (hear) => {
      let lastWords: string | null = null;
      const end = (words: string): void => {
        if (lastWords !== null) return;
        lastWords = words;
        hear(words);
      };
      child.once("error", ({ message }) => end(message));
      child.once("close", (code, signal) => end(said.trim() || `The calibration ended with ${signal ?? code}.`));
    },
    say: (line) => void child.stdin.write(`${line}\n`),
    hangUp: () => {
      child.stdin.end();
      setTimeout(() => child.kill("SIGKILL"), ENDS_WITHIN).unref();
    },
  };
}
