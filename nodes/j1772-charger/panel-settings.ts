/** The form's settings of the front panel as the controller's file has them. */
import { ConfigError } from "#core/errors";
import type { ControllerConfigFile } from "#link/controller-config";
import type { ConfigOf } from "../shared/fields.ts";
import type { ChargerNode } from "./j1772-charger.schema.ts";

type PanelForm = Pick<ConfigOf<typeof ChargerNode.fields>, "driver" | "panel" | "panelLanguage" | "ledPins" | "ledCommon">;

/** Red, green and blue, with whatever between them. */
const THREE_PINS = /^(\d{1,2})\D+(\d{1,2})\D+(\d{1,2})$/;

function pinsOf(ledPins: string): { pins?: { red: number; green: number; blue: number } } {
  if (ledPins === "") return {};
  const found = THREE_PINS.exec(ledPins)?.slice(1).map(Number);
  const [red, green, blue] = found ?? [];
  if (red === undefined || green === undefined || blue === undefined) {
    throw new ConfigError(
      "badField",
      `ledPins: expected three GPIO numbers, red, green and blue, got "${ledPins}". Open the node and correct it.`,
    );
  }
  return { pins: { red, green, blue } };
}

/** Nothing where there is no panel, or no driver that has room for one. @throws ConfigError for pins that are none */
export function panelSettings({ driver, panel, panelLanguage, ledPins, ledCommon }: PanelForm): Pick<ControllerConfigFile, "panel"> {
  if (driver !== "pigpiod" || panel === "none") return {};
  return {
    panel: {
      ...(panel === "led" ? {} : { lcd: {} }),
      ...(panel === "lcd" ? {} : { led: { ...pinsOf(ledPins), common: ledCommon } }),
      language: panelLanguage,
    },
  };
}
