/** Light or dark: as the device says, until a person says otherwise. */
import { h, remember, remembered, say } from "./dom.ts";
import { words } from "./words.ts";

type Theme = "light" | "dark";

const device = matchMedia("(prefers-color-scheme: dark)");
const chosen = (): Theme | null => {
  const theme = remembered("theme");
  return theme === "light" || theme === "dark" ? theme : null;
};

export const theme = (): Theme => chosen() ?? (device.matches ? "dark" : "light");

const followers: (() => void)[] = [];

/** Calls `follow` whenever the colours change; charts have to be drawn again. */
export const onTheme = (follow: () => void): void => void followers.push(follow);

function apply(): void {
  document.documentElement.dataset.theme = theme();
  document.querySelector('meta[name="theme-color"]')?.setAttribute("content", color("--page"));
  for (const follow of followers) follow();
}

/** A colour of the theme in force, for what draws itself. */
export const color = (name: string): string => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

export function themeSwitch(): HTMLButtonElement {
  const button = h("button", { class: "quiet", type: "button" });
  const label = (): void => say(button, theme() === "dark" ? words.page.toLight : words.page.toDark);
  button.addEventListener("click", () => {
    remember("theme", theme() === "dark" ? "light" : "dark");
    apply();
  });
  onTheme(label);
  label();
  return button;
}

device.addEventListener("change", apply);
// Paper is white.
addEventListener("beforeprint", () => {
  document.documentElement.dataset.theme = "light";
  for (const follow of followers) follow();
});
addEventListener("afterprint", apply);
apply();
