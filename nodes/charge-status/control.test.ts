import assert from "node:assert/strict";
import { PageUnderTest } from "../../test/support/status-page.ts";
import type { Now } from "./api.ts";

const HOUR = 3_600_000;

describe("control from the page", () => {
  const SIGNED_IN = { authorization: "Basic YW5uYTp4" };
  const tests: PageUnderTest[] = [];
  const open = async (options: { control: boolean; isProtected: boolean }): Promise<PageUnderTest> => {
    const test = await PageUnderTest.open(options);
    tests.push(test);
    return test;
  };
  afterEach(() => {
    for (const test of tests.splice(0)) test.close();
  });
  const post = (body: unknown, headers: Record<string, string>): RequestInit => ({
    method: "POST",
    body: JSON.stringify(body),
    headers: { "content-type": "application/json", ...headers },
  });

  it("is refused where Node-RED asks nobody for a password, and the page says why", async () => {
    const test = await open({ control: true, isProtected: false });
    assert.equal(await test.refusal("api/token", { headers: SIGNED_IN }), "403 controlUnprotected");
    assert.equal((await test.json<Now>("api/now")).control, "unprotected");
  });

  it("sends what was pressed on, once all is in order", async () => {
    const test = await open({ control: true, isProtected: true });
    const { token } = (await (await test.ask("api/token", { headers: SIGNED_IN })).json()) as { token: string };
    const good = { ...SIGNED_IN, "x-j1772-token": token, "sec-fetch-site": "same-origin" };
    for (const command of [
      { command: "pause", charger: "bay" },
      { command: "resume", charger: "bay" },
      { command: "limit", charger: "bay", limitA: 10 },
    ]) {
      assert.equal((await test.ask("api/command", post(command, good))).status, 200);
    }
    assert.deepEqual(
      test.commands.map(({ command }) => command),
      ["pause", "resume", "limit"],
    );

    for (const [body, headers, expected] of [
      [{ command: "pause", charger: "bay" }, { ...good, "sec-fetch-site": "cross-site" }, "403 otherOrigin"],
      [{ command: "pause", charger: "bay" }, { ...SIGNED_IN, "sec-fetch-site": "same-origin" }, "403 badToken"],
      [{ command: "pause", charger: "bay" }, { "x-j1772-token": token, "sec-fetch-site": "same-origin" }, "401 notAuthenticated"],
      [{ command: "shutdown", charger: "bay" }, good, "400 badShape"],
      [{ command: "limit", charger: "bay", limitA: 500 }, good, "400 badShape"],
    ] as const) {
      assert.equal(await test.refusal("api/command", post(body, headers)), expected);
    }
    assert.equal(await test.refusal("api/command", post({}, good)), "429 tooOften");
    await test.time.advance(2_000);
    assert.equal(
      await test.refusal("api/command", { ...post({}, good), headers: { ...good, "content-type": "text/plain" } }),
      "415 wrongType",
    );
    assert.equal(test.commands.length, 3);
  });

  it("is not for a token of yesterday", async () => {
    const test = await open({ control: true, isProtected: true });
    const { token } = (await (await test.ask("api/token", { headers: SIGNED_IN })).json()) as { token: string };
    await test.time.advance(25 * HOUR);
    const good = { ...SIGNED_IN, "x-j1772-token": token, "sec-fetch-site": "same-origin" };
    assert.equal(await test.refusal("api/command", post({ command: "pause", charger: "bay" }, good)), "403 badToken");
  });
});
