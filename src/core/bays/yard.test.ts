import assert from "node:assert/strict";
import type { ChargerSays } from "#core/bays/bay";
import { Desk, type Kept } from "#core/bays/desk";
import type { Change } from "#core/bays/notice";
import type { Moment } from "#core/bays/site";
import { Instant, Minutes, WallTime } from "#core/units/units";

const START = 1_800_000_000_000;
const minute = (minutes: number): Moment => ({ at: Instant(Minutes(minutes)), wall: WallTime(START + Minutes(minutes)) });
const PLANS = [
  { id: "1", name: "Bay 1", group: "yard" },
  { id: "2", name: "Bay 2", group: "yard" },
];
const ANY = { bay: null, needWh: null, departure: null };

/** A yard with two cars that charge, and a store. */
class Site {
  desk = new Desk(PLANS, this.chance(), minute(0));
  readonly kept = new Map<string, Change>();
  #ids = 0;

  constructor() {
    this.hear("charging", "1", 0);
    this.hear("charging", "2", 0);
  }

  chance() {
    return { id: () => `id-${++this.#ids}`, bytes: (length: number) => new Uint8Array(length).fill(++this.#ids) };
  }

  member(name: string): string {
    const added = this.desk.addPerson(name, "en", `key-${name}`, minute(0));
    return added.ok ? added.value.id : assert.fail(added.why);
  }

  hear(says: ChargerSays, bay: string, at: number): void {
    this.desk.heard(bay, says, minute(at));
  }

  /** What was told since, and everything kept. */
  told(): readonly string[] {
    const { notices, changes } = this.desk.take();
    for (const change of changes) this.kept.set(`${change.kind} ${change.id}`, change);
    return notices.map((notice) => `${notice.about} → ${"person" in notice.to ? notice.to.person : "visitor"}`);
  }

  restart(at: number): void {
    this.told();
    this.desk = new Desk(PLANS, this.chance(), minute(at));
    for (const { kind, id, body } of this.kept.values())
      if (body !== null) this.desk.restore({ kind, id, body: JSON.parse(JSON.stringify(body)) } as unknown as Kept, minute(at));
  }
}

describe("yard", () => {
  for (const accepted of [false, true]) {
    it(`blames nobody for ${accepted ? "a held bay" : "an offer"} that ran out while the site was away`, () => {
      const site = new Site();
      const [ann, bob] = [site.member("Ann"), site.member("Bob")];
      site.desk.join("yard", ann, ANY, minute(1));
      site.desk.join("yard", bob, ANY, minute(2));
      site.hear("notConnected", "1", 3);
      if (accepted) site.desk.accept("yard", ann, minute(4));
      site.restart(40);
      site.desk.tick(minute(40));
      assert.deepEqual(site.told(), []);
      site.hear("notConnected", "1", 41);
      assert.deepEqual(site.told(), [`offered → ${ann}`]);
    });
  }

  it("goes on with an offer that a short absence has not ended", () => {
    const site = new Site();
    const ann = site.member("Ann");
    site.desk.join("yard", ann, ANY, minute(1));
    site.hear("notConnected", "1", 3);
    site.restart(4);
    site.hear("notConnected", "1", 4.5);
    assert.deepEqual(site.told(), []);
    assert.equal(site.desk.accept("yard", ann, minute(4.8)), true);
  });

  it("asks nobody for a place in the queue who says that their car is charging here", () => {
    const site = new Site();
    const ann = site.member("Ann");
    site.desk.join("yard", ann, ANY, minute(1));
    assert.equal(site.desk.claim("2", ann, minute(2)), true);
    site.told();
    site.hear("notConnected", "1", 3);
    assert.deepEqual([site.told(), site.desk.yard.queue("yard").entries], [[], []]);
  });
});

describe("who is unplugged in a shared yard", () => {
  const cases: readonly (readonly [what: string, told: boolean, then: (site: Site, ann: string) => void])[] = [
    ["is told when the car was still charging", true, () => {}],
    ["is told also of a thief who stops the car first", true, (site) => site.hear("connected", "1", 9.5)],
    [
      "is not told of a car that was done, for that is how everybody leaves",
      false,
      (site) => {
        site.hear("connected", "1", 5);
        site.hear("connected", "1", 8);
      },
    ],
    [
      "is told when they had allowed it, done or not",
      true,
      (site, ann) => {
        site.hear("connected", "1", 5);
        site.hear("connected", "1", 8);
        site.desk.allowUnplugging("1", ann, minute(8).wall, minute(8));
      },
    ],
    ["is not told of what nobody saw", false, (site) => site.restart(9)],
    ["is not told of a car they do not call theirs", false, (site, ann) => void site.desk.unclaim("1", ann, minute(9))],
  ];
  for (const [what, isTold, then] of cases) {
    it(what, () => {
      const site = new Site();
      const ann = site.member("Ann");
      site.desk.claim("1", ann, minute(1));
      then(site, ann);
      site.told();
      site.hear("notConnected", "1", 10);
      assert.deepEqual(site.told(), isTold ? [`unplugged → ${ann}`] : []);
    });
  }
});
