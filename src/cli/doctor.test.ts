import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { SIGHT, sightOf } from "../../test/support/daemon-sights.ts";
import { type FakePi, GOOD_CONFIG, ran, systemOf } from "../../test/support/fake-system.ts";
import type { DaemonSight } from "./doctor/daemon.ts";
import type { Finding } from "./doctor/finding.ts";
import { doctor } from "./doctor.ts";
import type { Io } from "./io.ts";

interface Fake extends FakePi {
  readonly sight?: Partial<DaemonSight> | string;
  readonly args?: readonly string[];
}

async function examined(fake: Fake): Promise<{ code: number; findings: readonly Finding[] }> {
  let out = "";
  const { sight = {} } = fake;
  const code = await doctor(
    ["--json", "--state", "/var/lib/j1772", ...(fake.args ?? [])],
    {
      out: (text) => {
        out += text;
      },
      err: (text) => assert.fail(text),
    },
    { system: systemOf(fake), daemon: async () => (typeof sight === "string" ? sight : { ...SIGHT, ...sight }) },
  );
  return { code, findings: JSON.parse(out).findings };
}

/** Somebody who writes down what the command says. */
function listening(): { readonly io: Io; readonly said: { out: string; err: string } } {
  const said = { out: "", err: "" };
  const hear = (line: "out" | "err") => (text: string) => {
    said[line] += text;
  };
  return { io: { out: hear("out"), err: hear("err") }, said };
}

describe("j1772 doctor", () => {
  it("finds nothing wrong with a Pi 4 as it should be", async () => {
    const { code, findings } = await examined({});
    assert.deepEqual(
      findings.filter(({ verdict }) => verdict !== "fine" && verdict !== "none"),
      [],
    );
    assert.equal(code, 0);
    assert.ok(findings.length >= 15, `${findings.length}`);
  });

  type Row = readonly [what: string, fake: Fake, about: string, verdict: Finding["verdict"], seen: RegExp, fix: RegExp | null];
  const rows: readonly Row[] = [
    ["a Pi 5", { model: "Raspberry Pi 5 Model B Rev 1.0" }, "board", "bad", /pigpio cannot drive its pins/, /Pi Zero to Pi 4/],
    ["a Compute Module 5", { model: "Raspberry Pi Compute Module 5 Rev 1.0" }, "board", "bad", /cannot drive/, /Pi 4/],
    ["a Pi 500", { model: "Raspberry Pi 500 Rev 1.0" }, "board", "bad", /cannot drive/, /Pi 4/],
    ["a Pi Zero W", { model: "Raspberry Pi Zero W Rev 1.1" }, "board", "note", /one core/, /service/],
    ["a Pi Zero 2", { model: "Raspberry Pi Zero 2 W Rev 1.0" }, "board", "fine", /Zero 2 W/, null],
    ["a Pi 3", { model: "Raspberry Pi 3 Model B Plus Rev 1.3" }, "board", "fine", /Pi 3/, null],
    ["an older kernel", { system: { kernel: "6.1.21-v8+" } }, "kernel", "fine", /^6\.1\.21-v8\+, bookworm$/, null],
    ["a newer kernel", {}, "kernel", "fine", /from 6\.6 on sysfs counts GPIOs from 512/, null],
    ["no strict_gpiod", { config: "dtparam=i2c_arm=on\n" }, "config.txt", "note", /keeps its last level/, /Add "dtparam=strict_gpiod"/],
    ["I2C that is off", { config: "dtparam=strict_gpiod\n" }, "config.txt", "bad", /thermometer is on I2C, which is off/, /i2c_arm=on/],
    [
      "1-wire on a pin of the board",
      { config: `${GOOD_CONFIG}dtoverlay=w1-gpio,gpiopin=22\n` },
      "config.txt",
      "bad",
      /1-wire has GPIO 22/,
      /another/,
    ],
    ["1-wire on a free pin", { config: `${GOOD_CONFIG}dtoverlay=w1-gpio\n` }, "config.txt", "fine", /strict_gpiod/, null],
    [
      "a relay that firmware pulls in",
      { config: `${GOOD_CONFIG}gpio=16-18=op,dh\n` },
      "config.txt",
      "bad",
      /relay pull in while the Pi starts/,
      /Remove/,
    ],
    ["a kernel that has the PWM", { config: `${GOOD_CONFIG}dtoverlay=pwm,pin=18,func=2\n` }, "config.txt", "bad", /hardware PWM/, /Remove/],
    ["analogue audio", { config: `${GOOD_CONFIG}dtparam=audio=on\n` }, "config.txt", "note", /audio/, /audio=off/],
    ["a commented line", { config: `${GOOD_CONFIG}#dtparam=audio=on\n` }, "config.txt", "fine", /strict/, null],
    [
      "under-voltage",
      { commands: { "vcgencmd get_throttled": ran("throttled=0x50005\n") } },
      "power",
      "bad",
      /under-voltage now/,
      /power supply/,
    ],
    [
      "past under-voltage",
      { commands: { "vcgencmd get_throttled": ran("throttled=0x10000\n") } },
      "power",
      "note",
      /since the start/,
      /power supply/,
    ],
    [
      "under-voltage, by a user who may not ask the firmware",
      {
        commands: { "vcgencmd get_throttled": ran("VCHI initialization failed\n", 255) },
        files: { "/sys/devices/platform/soc/soc:firmware/get_throttled": "50005\n" },
      },
      "power",
      "bad",
      /under-voltage now/,
      /power supply/,
    ],
    ["past heat", { commands: { "vcgencmd get_throttled": ran("throttled=0x80000\n") } }, "power", "note", /temperature/, /Cool/],
    ["a hot Pi", { files: { "/sys/class/thermal/thermal_zone0/temp": "84000\n" } }, "temperature", "note", /84 °C/, /Cool/],
    [
      "no daemon",
      { sight: "Expected the pigpio daemon, nobody answers." },
      "pigpio daemon",
      "bad",
      /nobody answers/,
      /apt install pigpio.*-l/,
    ],
    [
      "no daemon on Trixie",
      { release: "trixie", sight: "nobody answers" },
      "pigpio daemon",
      "bad",
      /nobody/,
      /no package of pigpio: build V79/,
    ],
    ["an old daemon", { sight: { version: 71 } }, "pigpio daemon", "bad", /V71/, /V77 or later/],
    ["a Pi 5 behind the daemon", { sight: { without: "Pi 5" } }, "board", "bad", /Raspberry Pi 5/, /Pi 4/],
    ["an open daemon", { sight: { openAt: ["192.168.1.7:8888"] } }, "network", "note", /192\.168\.1\.7:8888 without a password/, /"-l"/],
    ["a running controller", { sight: { driven: true, adc: null } }, "controller", "fine", /only looked at/, null],
    ["a running controller's converter", { sight: { driven: true, adc: null } }, "converter", "none", /not asked/, null],
    ["scripts of others", { sight: { otherScripts: 2 } }, "controller", "none", /2 scripts of others/, null],
    [
      "a relay that is on",
      { sight: { modes: new Map([[17, 1]]), levels: 1 << 17 } },
      "relay",
      "bad",
      /GPIO 17 is on, and no controller has it/,
      /breaker/,
    ],
    ["a relay pin that floats", { sight: { levels: 1 << 17 } }, "relay", "bad", /floats/, /pull-down/],
    [
      "a relay of a running controller",
      { sight: { driven: true, modes: new Map([[17, 1]]), levels: 1 << 17 } },
      "levels",
      "fine",
      /off/,
      null,
    ],
    ["a PWM that was left", { sight: { modes: new Map([[18, 2]]) } }, "pilot", "note", /still has a PWM/, /takes it over/],
    ["a test output that is on", { sight: { modes: new Map([[24, 1]]), levels: 1 << 24 } }, "pins", "note", /GPIO 24 is on/, /who/],
    ["a converter that is silent", { sight: { adc: "all of 384 were 0" } }, "converter", "bad", /all of 384/, /wiring/],
    ["a converter that is slow", { sight: { adc: sightOf({ spacingUs: 63 }) } }, "converter", "bad", /63\.0 µs/, /50 µs at most/],
    ["bursts that stumble", { sight: { adc: sightOf({ came: 17 }) } }, "converter", "note", /3 of 20 bursts/, /busy/],
    ["bursts that mostly fail", { sight: { adc: sightOf({ came: 5 }) } }, "converter", "bad", /15 of 20 bursts/, /busy/],
    ["noise", { sight: { adc: sightOf({ noiseV: 0.05 }) } }, "converter", "note", /0\.45 V of pilot/, /buffer/],
    [
      "no real-time priority",
      { commands: { "chrt --reset-on-fork --fifo 10 true": ran("not permitted", 1) } },
      "priority",
      "note",
      /no real-time/,
      /LimitRTPRIO=10/,
    ],
    [
      "a machine that is held up",
      { system: { lateness: async () => ({ worstMs: 75, usuallyMs: 3, wallStepMs: 0 }) } },
      "event loop",
      "note",
      /75\.0 ms late.*would have opened/,
      /what else runs/,
    ],
    [
      "a machine that is a little late",
      { system: { lateness: async () => ({ worstMs: 35, usuallyMs: 3, wallStepMs: 0 }) } },
      "event loop",
      "note",
      /35\.0 ms late/,
      /what else runs/,
    ],
    [
      "a wall clock that is set",
      { system: { lateness: async () => ({ worstMs: 1, usuallyMs: 1, wallStepMs: -3_600_000 }) } },
      "wall clock",
      "note",
      /set by -3600000 ms/,
      /NTP/,
    ],
    [
      "no NTP",
      { commands: { "timedatectl show --property=NTPSynchronized --value": ran("no\n") } },
      "wall clock",
      "note",
      /not set by NTP/,
      /dates/,
    ],
    [
      "a watchdog that nobody uses",
      { commands: { "systemctl show --property=RuntimeWatchdogUSec --value": ran("0\n") } },
      "watchdog",
      "note",
      /not used/,
      /RuntimeWatchdogSec=10/,
    ],
    [
      "a state folder of another user",
      { system: { mayWrite: async () => false } },
      "state folder",
      "bad",
      /\/var\/lib\/j1772 cannot be written/,
      /user/,
    ],
    ["a disk that fills", { system: { freeBytes: async () => 20e6 } }, "state folder", "note", /20 MB/, /soon/],
    ["a full disk", { system: { freeBytes: async () => 1e6 } }, "state folder", "bad", /1 MB/, /power cut/],
    ["an old Node.js", { system: { nodeVersion: "v20.11.0" } }, "Node.js", "bad", /v20/, /22\.9/],
    ["a Node.js that is inspected", { system: { nodeFlags: ["--inspect"] } }, "Node.js", "note", /--inspect/, /without/],
    ["an old Node-RED", { commands: { "node-red --version": ran("Node-RED v3.1.9\n") } }, "Node-RED", "bad", /3\.1\.9/, /4\.1/],
    ["another program on the pins", { files: { "/proc/712/comm": "nrgpio\n" } }, "rivals", "note", /nrgpio runs \(process 712\)/, /alone/],
    [
      "a daemon that took the PWM clock",
      { files: { "/proc/300/comm": "pigpiod\n", "/proc/300/cmdline": "/usr/bin/pigpiod\0-l\0-t\0" + "0\0" } },
      "rivals",
      "bad",
      /uses the PWM clock itself/,
      /without -t 0/,
    ],
    [
      "a daemon without its socket",
      { files: { "/proc/300/comm": "pigpiod\n", "/proc/300/cmdline": "/usr/bin/pigpiod\0-k\0" } },
      "rivals",
      "bad",
      /its socket switched off/,
      /without -k/,
    ],
    [
      "a daemon without its pipe, which nothing here uses",
      { files: { "/proc/300/comm": "pigpiod\n", "/proc/300/cmdline": "/usr/bin/pigpiod\0-l\0-f\0" } },
      "rivals",
      "fine",
      /nothing else/,
      null,
    ],
  ];
  for (const [what, fake, about, verdict, seen, fix] of rows) {
    it(`${verdict === "bad" ? "refuses" : "sees"} ${what}`, async () => {
      const { code, findings } = await examined(fake);
      const found = findings.find((finding) => finding.about === about && seen.test(finding.seen));
      assert.ok(found, `expected ${about} ${seen} in ${JSON.stringify(findings, null, 1)}`);
      assert.equal(found.verdict, verdict);
      if (fix === null) assert.equal(found.fix, null);
      else assert.match(found.fix ?? "", fix);
      assert.equal(code, findings.some((finding) => finding.verdict === "bad") ? 1 : 0);
      if (verdict === "bad") assert.equal(code, 1);
    });
  }

  it("lists each pin with what it is, what the chip makes of it, and its level", async () => {
    const { findings } = await examined({
      sight: {
        driven: true,
        adc: null,
        modes: new Map([
          [18, 2],
          [17, 1],
        ]),
        levels: 1 << 17,
      },
    });
    const { seen } = findings.find(({ about }) => about === "GPIOs") ?? {};
    assert.match(seen ?? "", /^18 pilot alt5 0, 17 relays\.0 out 1, .*, 22 liveness \? 0/);
  });

  it("looks at the pins of the board that is meant: the hat's watchdog is where 1-wire is by itself", async () => {
    const { findings } = await examined({ args: ["--preset", "evseHat"], config: `${GOOD_CONFIG}dtoverlay=w1-gpio\n` });
    assert.ok(findings.some(({ about, seen }) => about === "config.txt" && /1-wire has GPIO 4/.test(seen)));
  });

  const LIBRARY_FILES = {
    "node_modules/pigpio/package.json": "{}",
    "node_modules/spi-device/package.json": "{}",
    "/dev/spidev0.0": "",
  };
  const { "/dev/spidev0.0": _, ...withoutSpi } = LIBRARY_FILES;
  const LIBRARY: Fake = { args: ["--driver", "pigpio"], files: LIBRARY_FILES, commands: { "id -u": ran("0\n") } };

  it("asks no daemon for a charger that has the library in its own process", async () => {
    const { code, findings } = await examined({ ...LIBRARY, sight: "must not be asked" });
    assert.equal(code, 0, JSON.stringify(findings));
    assert.ok(findings.some(({ about, verdict }) => about === "pigpio library" && verdict === "fine"));
    assert.ok(!findings.some(({ about }) => about === "pigpio daemon"));
  });

  const libraryRows: readonly (readonly [string, Fake, RegExp])[] = [
    ["a missing package", { ...LIBRARY, files: { "/dev/spidev0.0": "" } }, /npm package pigpio is not found/],
    ["no SPI", { ...LIBRARY, files: withoutSpi }, /spidev0\.0 is not there/],
    ["a user who is not root", { ...LIBRARY, commands: { "id -u": ran("1000\n") } }, /not root/],
    ["a daemon beside it", { ...LIBRARY, files: { ...LIBRARY_FILES, "/proc/300/comm": "pigpiod\n" } }, /daemon runs \(process 300\)/],
    [
      "a board that only the daemon can keep alive",
      { ...LIBRARY, args: ["--driver", "pigpio", "--preset", "evseHat"] },
      /use the driver pigpiod/,
    ],
  ];
  for (const [what, fake, seen] of libraryRows) {
    it(`refuses ${what} where the library is meant`, async () => {
      const { code, findings } = await examined(fake);
      assert.equal(code, 1);
      assert.ok(
        findings.some((finding) => finding.verdict === "bad" && seen.test(finding.seen)),
        JSON.stringify(findings, null, 1),
      );
    });
  }

  /** Looks at a charger by its settings file. */
  async function examinedFile(
    file: object,
    means: Partial<Parameters<typeof doctor>[2]>,
  ): Promise<{ code: number; findings: readonly Finding[] }> {
    const folder = mkdtempSync(join(tmpdir(), "j1772-doctor-"));
    const path = join(folder, "charger.json");
    writeFileSync(path, JSON.stringify(file));
    let out = "";
    const io = {
      out: (text: string) => {
        out += text;
      },
      err: (text: string) => assert.fail(text),
    };
    const code = await doctor(["--config", path, "--json"], io, { system: systemOf({}), daemon: async () => SIGHT, ...means });
    rmSync(folder, { recursive: true });
    return { code, findings: JSON.parse(out.replaceAll(folder, "FOLDER")).findings };
  }

  it("looks at no pins where a configuration is simulated", async () => {
    const file = { version: 1, charger: "bay", driver: { kind: "sim" } };
    const means = { system: systemOf({ model: "" }), daemon: () => assert.fail("no daemon is asked") };
    const { code, findings } = await examinedFile(file, means);
    assert.equal(code, 0);
    assert.ok(findings.some(({ about, seen }) => about === "pins" && /simulated/.test(seen)));
    assert.ok(findings.some(({ about, seen }) => about === "state folder" && seen.startsWith("FOLDER")));
  });

  it("looks before anybody answers for the interlocks, and says which are missing", async () => {
    const driver = { kind: "pigpiod", preset: "buildGuide", interlocks: ["gfciLatch", "upstreamProtection"] };
    const { code, findings } = await examinedFile({ version: 1, charger: "bay", driver, meter: "none" }, {});
    const [about] = findings.filter((finding) => finding.about === "interlocks");
    assert.deepEqual(
      [about?.verdict, about?.seen],
      ["note", "not answered for: livenessGate, relayPullDown, loadSideSense, pilotDriver, bufferedSense"],
    );
    assert.ok(findings.some(({ about, verdict }) => about === "converter" && verdict === "fine"));
    assert.equal(code, 0);
  });

  it("says calmly on a plain computer that this is no Pi, what can be done, and that nothing is in the way", async () => {
    const { code, findings } = await examined({ model: "", sight: "nobody answers", system: { arch: "x64" }, commands: {} });
    const [board] = findings;
    assert.deepEqual([board?.verdict, board?.about], ["none", "board"]);
    assert.match(board?.seen ?? "", /no Raspberry Pi \(linux, x64\): use simulated hardware here, or the daemon of a Pi with --host/);
    assert.ok(findings.some(({ about, verdict }) => about === "pigpio daemon" && verdict === "none"));
    assert.equal(code, 0);
  });

  it("misses a daemon that somebody named, on a plain computer too", async () => {
    const { code, findings } = await examined({ model: "", sight: "nobody answers", args: ["--host", "pi.example"] });
    assert.ok(findings.some(({ about, verdict }) => about === "pigpio daemon" && verdict === "bad"));
    assert.equal(code, 1);
  });

  it("tells a person in lines, each that is not fine with what to do", async () => {
    const { io, said } = listening();
    const code = await doctor([], io, { system: systemOf({ config: "" }), daemon: async () => ({ ...SIGHT, openAt: ["10.0.0.2:8888"] }) });
    assert.equal(code, 1);
    assert.match(said.out, /^✓ board {12}Raspberry Pi 4 Model B/);
    assert.match(said.out, /✗ config\.txt {7}the thermometer is on I2C, which is off\n {19}→ Add/);
    assert.match(said.out, /! network {10}the daemon answers on 10\.0\.0\.2:8888/);
    assert.match(said.out, /\n1 thing to mend \(✗\); 2 things to know \(!\)\.\n$/);
  });

  for (const args of [
    ["--preset", "nothing"],
    ["--volts"],
    ["--config", "/nowhere.json"],
    ["--seconds", "0"],
    ["--config", "x", "--port", "1"],
  ]) {
    it(`cannot understand ${args.join(" ")}`, async () => {
      const { io, said } = listening();
      const code = await doctor(args, io, { system: systemOf({}), daemon: async () => SIGHT });
      assert.equal(code, 2);
      assert.match(said.err, /^j1772 doctor: /);
    });
  }
});
