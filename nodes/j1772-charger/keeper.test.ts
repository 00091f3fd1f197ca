import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:net";
import { connectLink } from "#link/client";
import { FakeController, Folder } from "../../test/flows/support/fake-controller.ts";
import { MovedTime, settled, socketsToTurn } from "../../test/flows/support/moved-time.ts";
import type { LinkState } from "../shared/charger-handle.ts";
import { type Ending, Keeper, type Launched, type Launcher } from "./keeper.ts";

/** Starts fake controllers in the place of processes. */
class FakeLauncher implements Launcher {
  config = "new";
  launches = 0;
  readonly ended: number[] = [];
  controller: FakeController | null = null;
  /** What the next launches do instead of running; null lets them run. */
  fate: Ending | null = null;
  #end: (ending: Ending) => void = () => {};
  #starting: Promise<void> = Promise.resolve();
  readonly #folder: Folder;

  constructor(folder: Folder) {
    this.#folder = folder;
  }

  launch(): Launched {
    this.launches += 1;
    const pid = 1000 + this.launches;
    if (this.fate) return { pid, ended: Promise.resolve(this.fate) };
    const ended = new Promise<Ending>((resolve) => {
      this.#end = resolve;
    });
    this.#starting = FakeController.on(this.#folder.socket, { config: this.config, pid }).then((controller) => {
      this.controller = controller;
    });
    return { pid, ended };
  }

  /** Resolves when what was launched listens: files and threads take their own time, whatever a test makes of time. */
  get listening(): Promise<void> {
    return this.#starting;
  }

  isCurrent({ config }: { config: string }): boolean {
    return config === this.config;
  }

  end(pid: number): void {
    this.ended.push(pid);
    void this.die("killed");
  }

  /** The process is gone; its line too. */
  async die(lastWords: string): Promise<void> {
    await this.controller?.close();
    this.#end({ refused: false, lastWords });
    await settled();
  }
}

describe("keeper", () => {
  let folder: Folder;
  let time: MovedTime;
  let launcher: FakeLauncher;
  let keeper: Keeper;
  let states: LinkState[];
  let news: string[];

  const keep = (launched: FakeLauncher | null): Keeper => {
    const connect = (seen: string | undefined) => connectLink(folder.socket, { client: "test", seen });
    const made = new Keeper({ connect, launcher: launched, scheduler: time });
    made.on("link", (state) => states.push(state));
    made.on("news", (text) => news.push(text));
    return made;
  };
  /** Moves time in small steps, with room for the sockets, until the keeper says so. */
  const until = async (state: LinkState): Promise<void> => {
    while (keeper.link !== state) {
      await time.advance(50);
      await launcher.listening;
      await socketsToTurn();
    }
  };

  beforeEach(() => {
    folder = new Folder();
    time = new MovedTime();
    launcher = new FakeLauncher(folder);
    states = [];
    news = [];
    keeper = keep(launcher);
  });

  afterEach(async () => {
    void keeper.stop();
    await launcher.controller?.close();
    folder.remove();
  });

  it("starts a controller when none runs, and passes on what it says", async () => {
    keeper.start();
    await until("connected");
    assert.equal(launcher.launches, 1);
    assert.deepEqual(states, ["starting", "connected"]);
    launcher.controller?.tell({ phase: "waiting" });
    const [status] = await once(keeper, "status");
    assert.equal(status.phase, "waiting");
  });

  it("joins a controller that runs with the same settings, as after a restart of Node-RED", async () => {
    launcher.controller = await FakeController.on(folder.socket, { config: "new" });
    keeper.start();
    await until("connected");
    assert.equal(launcher.launches, 0);
    assert.deepEqual(launcher.controller.commands, []);
  });

  it("stops a controller with older settings politely and starts one with the newer", async () => {
    const old = await FakeController.on(folder.socket, { config: "old", pid: 7 });
    keeper.start();
    await old.until(() => old.commands.length > 0);
    assert.deepEqual(old.commands, [{ command: "shutdown" }]);
    assert.equal(launcher.launches, 0);
    await old.close();
    await until("connected");
    assert.equal(launcher.launches, 1);
    assert.deepEqual(states, ["starting", "connected"]);
  });

  it("insists when a controller does not stop within 20 s of being asked", async () => {
    const old = await FakeController.on(folder.socket, { config: "old", pid: 7 });
    launcher.controller = old;
    keeper.start();
    await old.until(() => old.commands.length > 0);
    await socketsToTurn();
    await time.advance(19_000);
    assert.deepEqual(launcher.ended, []);
    await time.advance(1_100);
    assert.deepEqual(launcher.ended, [7]);
    await until("connected");
    assert.equal(launcher.launches, 1);
  });

  it("starts a controller again at once when a sound one dies, and says so", async () => {
    keeper.start();
    await until("connected");
    await time.advance(60_000);
    await launcher.die("exit SIGKILL");
    await until("lost");
    await until("connected");
    assert.equal(launcher.launches, 2);
    assert.deepEqual(states, ["starting", "connected", "lost", "connected"]);
    assert.ok(news.some((text) => text.includes("exit SIGKILL")));
  });

  it("waits longer and longer, up to 30 s, before it starts one that keeps dying", async () => {
    launcher.fate = { refused: false, lastWords: "disk full" };
    keeper.start();
    const starts: number[] = [];
    const from = time.ms;
    while (starts.length < 9) {
      const before = launcher.launches;
      await time.advance(50);
      await socketsToTurn();
      if (launcher.launches > before) starts.push(time.ms - from);
    }
    const gaps = starts.slice(1).map((at, index) => at - (starts[index] ?? 0));
    for (const [index, pause] of [500, 1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000].entries()) {
      const gap = gaps[index] ?? 0;
      assert.ok(gap >= pause && gap <= pause + 500, `start ${index + 2} came after ${gap} ms, expected ${pause}`);
    }
    assert.equal(news.filter((text) => text.includes("disk full")).length, 1);
  });

  it("does not try again with settings that the controller refuses", async () => {
    launcher.fate = { refused: true, lastWords: "breakerA: expected 6 to 125" };
    keeper.start();
    await until("refused");
    await time.advance(600_000);
    assert.equal(launcher.launches, 1);
    assert.ok(news.some((text) => text.includes("breakerA")));
    assert.deepEqual(launcher.ended, [], "its process is gone; by now the number may be another's");
    assert.equal(news.length, 1);
  });

  it("ends a controller that hangs for 15 s, and starts another", async () => {
    keeper.start();
    await until("connected");
    const silent = launcher.controller;
    assert.ok(silent);
    // A stopped process: its line breaks off, its socket takes connections and says nothing.
    await silent.close();
    launcher.controller = null;
    const mute = createServer(() => {}).listen(folder.socket);
    await once(mute, "listening");
    await until("lost");
    await time.advance(15_000);
    assert.deepEqual(launcher.ended, [1001]);
    mute.close();
  });

  it("stops the controller politely, and is stopped when it is gone", async () => {
    keeper.start();
    await until("connected");
    const controller = launcher.controller;
    assert.ok(controller);
    let stopped = false;
    const done = keeper.stop().then(() => {
      stopped = true;
    });
    await controller.until(() => controller.commands.length > 0);
    assert.deepEqual(controller.commands, [{ command: "shutdown" }]);
    assert.equal(stopped, false);
    await launcher.die("stopped as asked");
    await done;
    await time.advance(60_000);
    assert.equal(launcher.launches, 1);
    assert.equal(keeper.link, "stopped");
  });

  it("leaves a controller alone that is gone before it ever answered, because it was stopped at once", async () => {
    keeper.start();
    while (launcher.launches === 0) {
      await time.advance(50);
      await socketsToTurn();
    }
    const stopped = keeper.stop();
    await launcher.listening;
    while (launcher.ended.length === 0) {
      await time.advance(50);
      await socketsToTurn();
    }
    await stopped;
    await time.advance(60_000);
    assert.deepEqual(launcher.ended, [1001]);
    assert.deepEqual(
      news.filter((text) => text.includes("does not answer")),
      [],
    );
  });

  it("goes on after a stop when it is started again while the controller stops", async () => {
    keeper.start();
    await until("connected");
    const stopped = keeper.stop();
    keeper.start();
    await launcher.die("stopped as asked");
    await stopped;
    await until("connected");
    assert.equal(launcher.launches, 2);
  });

  it("waits for what it was told to wait for when it is started again while the controller stops", async () => {
    keeper.start();
    await until("connected");
    const stopped = keeper.stop();
    let release = (): void => {};
    keeper.start(
      new Promise((resolve) => {
        release = resolve;
      }),
    );
    await launcher.die("stopped as asked");
    await stopped;
    for (let tenth = 0; tenth < 50; tenth += 1) {
      await time.advance(100);
      await settled();
    }
    assert.equal(launcher.launches, 1, "somebody else has the hardware");
    release();
    await until("connected");
    assert.equal(launcher.launches, 2);
  });

  it("never starts or stops a service, and knocks at it again every few seconds", async () => {
    keeper = keep(null);
    keeper.start();
    await time.advance(60_000);
    const service = await FakeController.on(folder.socket);
    await until("connected");
    await keeper.stop();
    assert.deepEqual(service.commands, []);
    await service.close();
  });
});
