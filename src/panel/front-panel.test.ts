import assert from "node:assert/strict";
import { setImmediate as turn } from "node:timers/promises";
import { GLYPHS } from "#core/display/characters";
import type { FaultMessage, StatusMessage } from "#link/messages";
import { PanelRig } from "../../test/support/panel-rig.ts";
import { backlightOf } from "./light.ts";
import { bareNibbles, nibblesOf, transferOf } from "./plate-wires.ts";

const CHARGING: Partial<StatusMessage> = {
  phase: "charging",
  state: "C",
  offeredCurrentA: 16,
  limitedBy: "sun",
  currentA: null,
  powerW: null,
  relay: "closed",
  session: { id: "s", startedAt: 1, energyWh: 0, chargingMs: 59_000 },
};
const FAULT: FaultMessage = { name: "GroundFault", mrec: "x", since: 0, clears: "", severity: "emergency", retryAt: null, latched: "no" };
const EMPTY: Partial<StatusMessage> = { phase: "notConnected", state: "A", offeredCurrentA: 0, relay: "open" };

const command = (byte: number) => ({ isText: false, byte });

/** Says the same every second, as a charger does. */
async function live(rig: PanelRig, status: Partial<StatusMessage>, seconds: number): Promise<void> {
  for (let second = 0; second < seconds; second += 1) {
    rig.see(status);
    await rig.time.advance(1_000);
  }
}

describe("a front panel's display", () => {
  it("says that it knows nothing until the charger has spoken, then what it says", async () => {
    const rig = new PanelRig();
    await rig.time.advance(200);
    assert.ok(rig.shows("---", "No charger news"));
    rig.see(EMPTY);
    await rig.time.advance(100);
    assert.ok(rig.shows("EVSE Ready   30A", "Not Connected"));
    assert.equal(rig.light, "G");
    rig.see({ ...EMPTY }, null);
    await rig.time.advance(100);
    assert.ok(rig.shows("EVSE Ready", "Not Connected"), "no figure where nothing would be offered");
  });

  it("lets the clock run between two statuses and writes no more than the digits that change", async () => {
    const rig = new PanelRig({ turnAfterMs: Number.POSITIVE_INFINITY });
    rig.see(CHARGING);
    await rig.time.advance(500);
    assert.ok(rig.shows("Charging     16A", "0:00:59"));
    rig.bytes = 0;
    await rig.time.advance(600);
    assert.ok(rig.shows("Charging     16A", "0:01:00"));
    assert.ok(rig.bytes > 0 && rig.bytes < 60, `${rig.bytes} bytes for four characters`);
    rig.bytes = 0;
    await rig.time.advance(300);
    assert.equal(rig.bytes, 0, "nothing changed");
  });

  it("has pages for what others know of the charge: the sun's share, and what comes next", async () => {
    const rig = new PanelRig({ turnAfterMs: Number.POSITIVE_INFINITY });
    rig.see(CHARGING);
    rig.panel.learn({ sunPercent: 72.6, startsInMs: null, stopsInMs: 180_000 });
    await rig.time.advance(300);
    await rig.press("right");
    assert.ok(rig.shows("Stops in", "3 min"));
    await rig.press("right");
    assert.ok(rig.shows("Sun share    73%", "of this charge"));
    rig.panel.learn({ sunPercent: null, startsInMs: null, stopsInMs: null });
    await rig.time.advance(1_000);
    assert.ok(rig.shows("Limit        16A", "Sun"), "a page that is no more gives way");
  });

  it("has umlauts of its own for a second language", async () => {
    const rig = new PanelRig({ language: "de" });
    rig.see({ ...CHARGING, phase: "faulted", faults: [{ ...FAULT, name: "VentilationNotAvailable" }] });
    await rig.time.advance(300);
    assert.ok(rig.shows("Störung", "LÜFTUNG NÖTIG"));
    assert.deepEqual(rig.lcd.view.custom, Object.fromEntries(GLYPHS.map(({ rows }, code) => [code, [...rows]])));
  });

  it("stays lit with letters to read, whatever the light does", async () => {
    const rig = new PanelRig();
    await rig.time.advance(200);
    assert.equal(rig.light, "RGB", "no news");
    for (const [status, light] of [
      [EMPTY, "G"],
      [{ phase: "waiting" }, "RG"],
      [{ phase: "paused" }, "RB"],
      [CHARGING, "B"],
      [{ phase: "faulted", faults: [FAULT] }, "R"],
    ] satisfies [Partial<StatusMessage>, string][]) {
      rig.see(status);
      for (let tenth = 0; tenth < 20; tenth += 1) {
        await rig.time.advance(100);
        assert.equal(rig.light, light);
      }
    }
  });

  it("is set up anew when it was without power, within a few seconds, and it is told once", async () => {
    const rig = new PanelRig();
    rig.see(EMPTY);
    await rig.time.advance(500);
    rig.lcd.cutPower();
    assert.ok(!rig.shows("EVSE Ready   30A", "Not Connected"));
    await live(rig, EMPTY, 3);
    assert.ok(rig.shows("EVSE Ready   30A", "Not Connected"));
    assert.match(rig.told.join(), /^the display does not work: the display was without power for a moment/);
  });

  it("is written anew after the contactor has moved, and every minute, because a spark garbles it and it tells nobody", async () => {
    const rig = new PanelRig();
    rig.see(EMPTY);
    await rig.time.advance(500);
    // Letters where there were others, and half a command: what follows is read in the wrong halves.
    const garble = (): void => {
      const noise = [command(0x80), { isText: true, byte: 0x58 }, { isText: true, byte: 0x59 }];
      rig.lcd.write(transferOf([...nibblesOf(noise), ...bareNibbles(4)], backlightOf({ colour: "green", effect: "steady" })));
      assert.ok(!rig.shows("EVSE Ready   30A", "Not Connected"));
    };
    garble();
    await live(rig, { ...EMPTY, relay: "closed" }, 1);
    assert.ok(rig.shows("EVSE Ready   30A", "Not Connected"));
    garble();
    await live(rig, { ...EMPTY, relay: "closed" }, 62);
    assert.ok(rig.shows("EVSE Ready   30A", "Not Connected"));
    assert.deepEqual(rig.told, []);
  });
});

describe("a front panel's light", () => {
  for (const [title, status, lamps] of [
    ["green with no car", EMPTY, [0, 1, 0]],
    ["yellow while a car waits", { phase: "waiting" }, [1, 1, 0]],
    ["violet in a pause", { phase: "paused" }, [1, 0, 1]],
    ["blue while it charges", CHARGING, [0, 0, 1]],
    ["dimmed while the car draws nothing", { ...CHARGING, currentA: 0 }, [0, 0, 0.2]],
  ] as const) {
    it(`is ${title}`, async () => {
      const rig = new PanelRig();
      rig.see(status);
      await rig.time.advance(300);
      assert.deepEqual(rig.lamps, lamps);
    });
  }

  it("blinks red for a fault that goes by itself, and stands for one that needs a person", async () => {
    const rig = new PanelRig();
    const seen = new Set<number | undefined>();
    rig.see({ phase: "faulted", faults: [FAULT] });
    for (let tenth = 0; tenth < 40; tenth += 1) {
      await rig.time.advance(100);
      seen.add(rig.lamps[0]);
    }
    assert.deepEqual([...seen].toSorted(), [0, 1]);
    rig.see({ phase: "faulted", faults: [{ ...FAULT, latched: "untilReset" }] });
    await rig.time.advance(300);
    for (let tenth = 0; tenth < 20; tenth += 1) {
      await rig.time.advance(100);
      assert.deepEqual(rig.lamps, [1, 0, 0]);
    }
  });

  it("with a common anode is lit when its pins are low", async () => {
    const rig = new PanelRig({ led: { red: 12, green: 13, blue: 19, common: "anode" } });
    rig.see({ phase: "waiting" });
    await rig.time.advance(300);
    assert.deepEqual(rig.lamps, [0, 0, 1]);
  });

  it("goes on while the display hangs its bus", async () => {
    const rig = new PanelRig();
    rig.bus = "hangs";
    await live(rig, EMPTY, 5);
    assert.deepEqual(rig.lamps, [0, 1, 0]);
    rig.see({ phase: "faulted", faults: [{ ...FAULT, latched: "untilReset" }] });
    await rig.time.advance(300);
    assert.deepEqual(rig.lamps, [1, 0, 0]);
  });
});

describe("a front panel's buttons", () => {
  const ready = async (): Promise<PanelRig> => {
    const rig = new PanelRig({ turnAfterMs: Number.POSITIVE_INFINITY });
    rig.see(CHARGING);
    await rig.time.advance(500);
    return rig;
  };

  it("down asks for a pause and up for its end; nothing else asks for anything", async () => {
    const rig = await ready();
    for (const button of ["select", "left", "right", "down", "up"] as const) await rig.press(button);
    assert.deepEqual(rig.asked, ["pause", "resume"]);
  });

  it("right and left turn pages round and round, select shows the first", async () => {
    const rig = await ready();
    await rig.press("right");
    assert.ok(rig.shows("Limit        16A", "Sun"));
    await rig.press("right");
    assert.ok(rig.shows("Charging     16A", "0:01:00"));
    await rig.press("left");
    assert.ok(rig.shows("Limit        16A", "Sun"));
    await rig.press("select");
    assert.ok(rig.shows("Charging     16A", "0:01:00"));
  });

  it("counts a held or stuck button once, and the others beside it", async () => {
    const rig = await ready();
    rig.lcd.hold("down", true);
    await live(rig, CHARGING, 120);
    assert.deepEqual(rig.asked, ["pause"]);
    await rig.press("up");
    await rig.press("up");
    assert.deepEqual(rig.asked, ["pause", "resume", "resume"]);
    rig.lcd.hold("down", false);
    await rig.time.advance(200);
    await rig.press("down");
    assert.deepEqual(rig.asked.slice(3), ["pause"]);
  });

  it("does not count a contact that bounces or a spike, nor all at once", async () => {
    const rig = await ready();
    for (let spike = 0; spike < 50; spike += 1) {
      rig.lcd.hold("down", spike % 2 === 0);
      await rig.time.advance(40);
    }
    rig.lcd.hold("down", false);
    await rig.time.advance(200);
    for (const button of ["select", "right", "down", "up", "left"] as const) rig.lcd.hold(button, true);
    await rig.time.advance(1_000);
    assert.deepEqual(rig.asked, []);
  });

  it("does not count what pins say that nothing pulls: a chip that lost its setting lets them float", async () => {
    const rig = await ready();
    rig.lcd.cutPower();
    rig.lcd.floating = 0b10111;
    await live(rig, CHARGING, 5);
    assert.deepEqual(rig.asked, []);
    rig.lcd.floating = 0;
    await rig.press("up");
    assert.deepEqual(rig.asked, ["resume"]);
  });

  it("does not count what is held when it starts, nor after it was without power", async () => {
    const rig = new PanelRig();
    rig.lcd.hold("down", true);
    await live(rig, CHARGING, 2);
    rig.lcd.cutPower();
    await live(rig, CHARGING, 5);
    assert.deepEqual(rig.asked, []);
    rig.lcd.hold("down", false);
    await rig.time.advance(200);
    await rig.press("down");
    assert.deepEqual(rig.asked, ["pause"]);
  });
});

describe("a front panel that is broken", () => {
  for (const [title, breakIt] of [
    ["has its plug out", (rig: PanelRig) => Object.assign(rig.lcd, { answers: false })],
    ["hangs its bus", (rig: PanelRig) => Object.assign(rig, { bus: "hangs" })],
    ["has no daemon", (rig: PanelRig) => Object.assign(rig, { daemon: "away" })],
  ] as const) {
    it(`${title}: told once, tried again ever more seldom, and shown again when it is mended`, async () => {
      const rig = new PanelRig({ led: null });
      await live(rig, EMPTY, 2);
      if (title === "has no daemon") rig.lcd.answers = false;
      breakIt(rig);
      await live(rig, EMPTY, 300);
      assert.equal(rig.told.length, 1);
      assert.match(rig.told[0] ?? "", /^the display does not work: .*The charger goes on|the charger goes on without it$/);
      const tries = rig.opened;
      assert.ok(tries > 5 && tries < 25, `${tries} tries in five minutes`);
      Object.assign(rig.lcd, { answers: true });
      Object.assign(rig, { bus: "well", daemon: "well" });
      await live(rig, EMPTY, 70);
      assert.ok(rig.shows("EVSE Ready   30A", "Not Connected"));
      assert.deepEqual(rig.told.slice(1), ["the display works again"]);
      assert.equal(rig.open, 1);
    });
  }

  it("does not fill the log when it comes and goes", async () => {
    const rig = new PanelRig({ led: null });
    for (let time = 0; time < 200; time += 1) {
      rig.lcd.answers = time % 2 === 0;
      await live(rig, EMPTY, 3);
    }
    assert.equal(rig.told.length, 1);
  });
});

describe("a front panel that ends", () => {
  it("says that there is no charger any more, dark, and lets go of its lines", async () => {
    const rig = new PanelRig();
    rig.see(CHARGING);
    await rig.time.advance(500);
    let isClosed = false;
    void rig.panel.close().then(() => {
      isClosed = true;
    });
    await rig.time.advance(100);
    assert.ok(rig.shows("---", "No charger news"));
    assert.deepEqual([isClosed, rig.open, rig.lamps], [true, 0, [0, 0, 0]]);
    rig.see(EMPTY);
    await rig.time.advance(5_000);
    assert.ok(rig.shows("---", "No charger news"));
    assert.equal(rig.time.waiting, 0);
  });

  it("asks for nothing any more once it ends, though a button is just being read", async () => {
    const rig = new PanelRig({ led: null });
    rig.see(CHARGING);
    await rig.time.advance(500);
    const read = rig.lcd.read.bind(rig.lcd);
    let reads = 0;
    rig.lcd.read = (count) => {
      reads += 1;
      // The second look, with which a press would count.
      if (reads === 2) void rig.panel.close();
      return read(count);
    };
    rig.lcd.hold("up", true);
    await rig.time.advance(300);
    assert.ok(reads >= 2);
    assert.deepEqual(rig.asked, []);
  });

  it("does not wait for a bus that hangs", async () => {
    const rig = new PanelRig();
    await rig.time.advance(500);
    rig.bus = "hangs";
    await rig.time.advance(100);
    let isClosed = false;
    void rig.panel.close().then(() => {
      isClosed = true;
    });
    await rig.time.advance(450);
    await turn();
    assert.ok(isClosed);
  });
});
