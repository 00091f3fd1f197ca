/** Who may import whom. One law per room; what a law does not list is forbidden. Tests may look anywhere. */

const TESTS = "[.]test[.]ts$";

/** A law for the files under `from`: imports may only lead to `allowed`. */
function room(name, from, allowed, comment, fromNot = []) {
  return {
    name,
    comment,
    severity: "error",
    from: { path: from, pathNot: [TESTS, ...fromNot] },
    to: { pathNot: allowed },
  };
}

const VALIBOT = "(^|/)node_modules/valibot/";
const NPM = "(^|/)node_modules/";
/** Built-in modules of Node, as they are resolved: a bare name with no folder and no extension, `fs/promises` aside. */
const BUILTIN = "^(node:)?[a-z_]+(/promises)?$";
/** Nodes that keep things, or show what was kept. */
const KEEPERS = "^nodes/(j1772-store|session-log|charge-status|unplug-alert|bay-alert)/";
const EDITOR_FILES = "[.]editor[.]ts$";
/** What a browser is sent of a node's own page; bundled, so that its packages do not ship. */
const PAGES = "^nodes/[^/]+/page/";

export default {
  forbidden: [
    room("core-is-pure", "^src/core/", ["^src/core/"], "The rules know nothing but themselves: no packages, no node:*."),
    room("ports-see-core", "^src/ports/", ["^src/(ports|core)/"], "Ports are words about the world, not the world."),
    room(
      "simulator-sees-core",
      "^src/simulator/",
      ["^src/(simulator|ports|core)/"],
      "The simulator is a world in simulated time: no packages, no node:*.",
    ),
    room(
      "pi-is-facts",
      "^src/pi/",
      ["^src/(pi|core)/"],
      "What a charger on a Raspberry Pi is made of, in words for both ends of the wire: no packages, no node:*.",
    ),
    room(
      "virtual-pi-sees-simulator",
      "^src/virtual-pi/",
      ["^src/(virtual-pi|pi|simulator|ports|core)/", "^src/link/(explain|sim-action)[.]ts$", VALIBOT, BUILTIN],
      "The virtual Pi is hardware: it knows the simulator and the daemon's protocol, never a driver.",
    ),
    room(
      "drivers-see-ports",
      "^src/drivers/",
      ["^src/(drivers|ports|core|pi)/", NPM, BUILTIN],
      "A driver is hands: it knows the ports and its own package.",
      ["^src/drivers/sim/"],
    ),
    room(
      "sim-driver-sees-simulator",
      "^src/drivers/sim/",
      ["^src/(drivers|simulator|ports|core)/", BUILTIN],
      "The simulated driver puts the simulator behind the port.",
    ),
    {
      name: "drivers-are-strangers",
      comment: "A driver never imports a sibling: a missing package hurts only its user.",
      severity: "error",
      from: { path: "^src/drivers/([^/]+)/", pathNot: TESTS },
      to: { path: "^src/drivers/[^/]+/", pathNot: "^src/drivers/$1/" },
    },
    room(
      "panel-sees-ports",
      "^src/panel/",
      ["^src/(panel|ports|core)/"],
      "A front panel shows and asks; it knows no driver, no link and nothing that drives the charger.",
    ),
    {
      name: "addons-are-loaded-late",
      comment: "The addons for a Pi's pins take their process over: no file imports them, their driver loads them when it is opened.",
      severity: "error",
      from: {},
      to: { path: "(^|/)node_modules/(pigpio|spi-device)/|^(pigpio|spi-device)$" },
    },
    room(
      "link-is-a-line",
      "^src/link/",
      ["^src/(link|core|pi)/", VALIBOT, "^(node:)?(net|events|crypto|os|path)$"],
      "The link carries frames; it knows neither end.",
    ),
    room(
      "store-sees-ports",
      "^src/store/",
      ["^src/(store|ports|core)/", "(^|/)node_modules/(pg|@types/pg)/", VALIBOT, BUILTIN],
      "A store keeps what it is given; it decides nothing.",
    ),
    {
      name: "stores-are-strangers",
      comment: "One store never imports another: a missing package hurts only its user.",
      severity: "error",
      from: { path: "^src/store/(sqlite|postgres)/", pathNot: TESTS },
      to: { path: "^src/store/(sqlite|postgres)/", pathNot: "^src/store/$1/" },
    },
    room(
      "bridges-see-ports",
      "^src/bridges/",
      ["^src/(bridges|link|ports|core)/", VALIBOT, "(^|/)node_modules/(uqr|web-push|@types/web-push)/", BUILTIN],
      "A bridge is another face of the same thing: pages, interfaces, channels.",
    ),
    room(
      "controller-sees-ports",
      "^src/controller/",
      ["^src/(controller|link|panel|ports|core)/", "^src/simulator/actions[.]ts$", VALIBOT, BUILTIN],
      "The controller drives whatever board it is given; only main.ts picks one.",
      ["^src/controller/main[.]ts$"],
    ),
    room(
      "main-picks-the-driver",
      "^src/controller/main[.]ts$",
      ["^src/(controller|link|panel|ports|core|drivers|store|pi)/", VALIBOT, BUILTIN],
      "The one place where a driver and a store are chosen.",
    ),
    room("cli-sees-no-nodes", "^src/cli/", ["^src/", VALIBOT, BUILTIN], "The command works without Node-RED."),
    room(
      "nodes-speak-link",
      "^nodes/",
      ["^nodes/", "^src/(link|core|ports)/", VALIBOT, BUILTIN],
      "A node talks to a charger over the link only.",
      [EDITOR_FILES, "^nodes/shared/editor/", KEEPERS],
    ),
    room(
      "keepers-see-stores",
      KEEPERS,
      ["^nodes/", "^src/(link|core|ports|store|bridges)/", VALIBOT, BUILTIN],
      "Nodes that keep or show what was kept know the store's port and the pages; nothing that drives hardware.",
      [EDITOR_FILES, PAGES],
    ),
    room(
      "page-stays-in-the-browser",
      PAGES,
      ["^nodes/[^/]+/(page/|api[.]ts$)", "^src/core/(display/|session/sun-share[.]ts$)", "(^|/)node_modules/uplot/"],
      "A page knows the words of its interface, what a display says, a share of sun and a chart: no runtime files, no node:*.",
    ),
    {
      name: "nodes-are-strangers",
      comment: "A node shares through nodes/shared, never with a neighbour.",
      severity: "error",
      from: { path: "^nodes/([^/]+)/", pathNot: [TESTS, "^nodes/shared/"] },
      to: { path: "^nodes/[^/]+/", pathNot: ["^nodes/$1/", "^nodes/shared/"] },
    },
    {
      name: "shared-knows-no-node",
      comment: "What is shared must not depend on one of its users.",
      severity: "error",
      from: { path: "^nodes/shared/", pathNot: TESTS },
      to: { path: "^nodes/", pathNot: "^nodes/shared/" },
    },
    room(
      "editor-stays-in-the-browser",
      [EDITOR_FILES, "^nodes/shared/editor/"],
      ["^nodes/[^/]+/[^/]+[.](schema|editor)[.]ts$", "^nodes/shared/", "^src/core/(units|display)/", VALIBOT],
      "The editor's code runs in a browser: schemas, units and what a display says, no runtime files, no node:*.",
    ),
    {
      name: "product-needs-no-workshop",
      comment: "What is shipped never imports tools, benches, tests or a development package.",
      severity: "error",
      from: { path: "^(src|nodes)/", pathNot: TESTS },
      to: { path: "^(tools|bench|test)/|[.]test[.]ts$" },
    },
    {
      name: "product-needs-no-dev-package",
      comment: "A user's install has no devDependencies.",
      severity: "error",
      from: { path: "^(src|nodes)/", pathNot: [TESTS, PAGES] },
      to: { dependencyTypes: ["npm-dev", "npm-no-pkg", "npm-unknown"] },
    },
    {
      name: "no-circles",
      comment: "Two files that need each other are one file.",
      severity: "error",
      from: {},
      to: { circular: true },
    },
    {
      name: "imports-exist",
      comment: "An import that leads nowhere.",
      severity: "error",
      from: {},
      to: { couldNotResolve: true },
    },
  ],
  options: {
    tsPreCompilationDeps: true,
    doNotFollow: { path: "(^|/)node_modules/" },
    exclude: { path: "^dist/" },
    enhancedResolveOptions: {
      conditionNames: ["source", "types", "import", "node", "default"],
      exportsFields: ["exports"],
      extensions: [".ts", ".mts", ".js", ".mjs", ".json", ".d.ts"],
    },
  },
};
