import assert from "node:assert/strict";
import { deadManOf, drivenPins, drivesAnyOf, OWNER_MARK, OWNER_PARAMETER, PINS_PARAMETER } from "./dead-man.ts";
import { type BoardLayout, objectionsTo } from "./layout.ts";
import { PRESETS } from "./presets.ts";

describe("pins of a board", () => {
  for (const [name, layout] of Object.entries(PRESETS)) {
    it(`the preset ${name} fits together`, () => assert.deepEqual(objectionsTo(layout), []));
  }

  const changed = (part: Partial<BoardLayout>): readonly string[] => objectionsTo({ ...PRESETS.buildGuide, ...part });

  it("one pin cannot be two things, nor the bus", () => {
    assert.match(changed({ relays: [{ gpio: 18, active: "high" }] })[0] ?? "", /relays\.0: GPIO 18 is already pilotGpio/);
    assert.match(changed({ liveness: { gpio: 9, drive: "pulse" } })[0] ?? "", /liveness: GPIO 9 is already SPI/);
    assert.match(changed({ liveness: { gpio: 2, drive: "pulse" } })[0] ?? "", /GPIO 2 is already I2C/);
  });

  it("a relay may not hang on a pin that is pulled up at reset, nor be on when its pin is low", () => {
    assert.match(changed({ relays: [{ gpio: 6, active: "high" }] })[0] ?? "", /pulled up at reset/);
    assert.match(changed({ relays: [{ gpio: 17, active: "low" }] })[0] ?? "", /active high/);
    assert.match(changed({ relays: [{ gpio: 14, active: "high" }] })[0] ?? "", /serial console/);
  });

  it("a board whose one-shot nothing feeds is none, whatever was promised", () =>
    assert.match(changed({ liveness: null })[0] ?? "", /liveness: expected/));

  it("a status light may not take a pin that the charger needs, nor one of the bus of its display", () => {
    const statusLight = { red: 12, green: 23, blue: 19 };
    assert.match(changed({ statusLight })[0] ?? "", /statusLight\.green: GPIO 23 is already gfciTripped/);
    const layout = { ...PRESETS.evseHat, statusLight: { red: 2, green: 5, blue: 6 } };
    assert.deepEqual(objectionsTo(layout), []);
    assert.match(objectionsTo(layout, true)[0] ?? "", /statusLight\.red: GPIO 2 is already I2C/);
  });

  it("a converter's input that it does not have would read another one as the pilot", () => {
    const adc = { ...PRESETS.buildGuide.adc, pilotInput: 5 };
    assert.deepEqual(changed({ adc: { ...adc, chip: "MCP3008" } }), []);
    assert.match(changed({ adc: { ...adc, chip: "MCP3004" } })[0] ?? "", /MCP3004 has inputs 0 to 3/);
  });

  it("the dead-man drops every relay, then all else that is driven, and makes the pilot steady", () => {
    const relays = [17, 12, 13].map((gpio) => ({ gpio, active: "high" as const }));
    const shuntTrip = { gpio: 19, active: "low" as const };
    assert.equal(
      deadManOf({ ...PRESETS.buildGuide, relays, shuntTrip }).script,
      "tag 0 mils 10 dcr p0 jp 0 w 17 0 w 12 0 w 13 0 w 24 0 w 25 0 w 19 1 hp 18 1000 1000000 halt",
    );
  });

  it("a script is known as a rival's by any pin that both drive, and by no other", () => {
    const { buildGuide } = PRESETS;
    const parametersOf = (layout: BoardLayout): number[] => {
      const parameters = new Array<number>(10).fill(0);
      parameters[PINS_PARAMETER] = drivenPins(layout);
      parameters[OWNER_PARAMETER] = OWNER_MARK;
      return parameters;
    };
    const elsewhere: BoardLayout = {
      ...buildGuide,
      ...{ pilotGpio: 19, relays: [{ gpio: 12, active: "high" }], liveness: { gpio: 13, drive: "pulse" }, gfciTest: null, gfciReset: null },
    };
    assert.ok(drivesAnyOf(buildGuide, parametersOf(buildGuide)));
    assert.ok(drivesAnyOf(buildGuide, parametersOf({ ...elsewhere, relays: buildGuide.relays })));
    assert.ok(drivesAnyOf(buildGuide, parametersOf({ ...elsewhere, shuntTrip: { gpio: 25, active: "high" } })));
    assert.ok(!drivesAnyOf(buildGuide, parametersOf(elsewhere)));
    assert.ok(!drivesAnyOf(buildGuide, parametersOf(buildGuide).with(OWNER_PARAMETER, 0)));
    assert.ok(!drivesAnyOf(buildGuide, []));
  });
});
