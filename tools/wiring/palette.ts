/** Colours of the drawings, for a light and a dark page. Each drawing brings its own paper, so that the page behind it does not matter. */

/** What is written or drawn in a colour of its own. */
export const INKS = ["ink", "soft", "out", "in", "power", "mains"] as const;
export type Ink = (typeof INKS)[number];
/** What lies behind it. */
export const SURFACES = ["paper", "card"] as const;
export type Surface = (typeof SURFACES)[number];

export type Palette = Readonly<Record<Ink | Surface, string>>;

export const LIGHT: Palette = {
  paper: "#ffffff",
  card: "#f2f5f9",
  ink: "#16202b",
  soft: "#4a5868",
  out: "#0a56a5",
  in: "#11692f",
  power: "#7a4b00",
  mains: "#a81f17",
};

export const DARK: Palette = {
  paper: "#12161b",
  card: "#1d242c",
  ink: "#e9eef4",
  soft: "#aab7c4",
  out: "#82bbff",
  in: "#7fd897",
  power: "#efbf5f",
  mains: "#ff9d93",
};

const rules = (palette: Palette): string =>
  [
    ...SURFACES.map((name) => `.${name} { fill: ${palette[name]} }`),
    ...INKS.map(
      (name) =>
        `.${name} { stroke: ${palette[name]}; color: ${palette[name]} } .${name}.solid { fill: ${palette[name]} } text.${name} { fill: ${palette[name]}; stroke: none }`,
    ),
  ].join(" ");

/** Sizes of writing, px. */
export const SIZES = { title: 17, word: 13, small: 12 } as const;
export type Size = keyof typeof SIZES;

/** The style sheet of every drawing. */
export const STYLE = `
    text { font-family: system-ui, "DejaVu Sans", sans-serif }
    ${Object.entries(SIZES)
      .map(([name, px]) => `.${name} { font-size: ${px}px }`)
      .join(" ")} .title, .strong { font-weight: 600 }
    .edge { stroke-width: 1.5 } .line { fill: none; stroke-width: 1.5 } .thick { fill: none; stroke-width: 2.5 } .dashed { stroke-dasharray: 4 3 }
    ${rules(LIGHT)}
    @media (prefers-color-scheme: dark) { ${rules(DARK)} }
  `;
