import assert from "node:assert/strict";
import { StoreCorrupt, StoreUnavailable } from "#core/errors";
import { storeError } from "./failure.ts";

const sqliteError = (errcode: number): Error => Object.assign(new Error("as SQLite says it"), { code: "ERR_SQLITE_ERROR", errcode });

describe("an error of SQLite", () => {
  const table: readonly (readonly [number, string, typeof StoreUnavailable | typeof StoreCorrupt, string])[] = [
    [5, "busy", StoreUnavailable, "busy"],
    [6, "locked", StoreUnavailable, "busy"],
    [261, "busy while recovering", StoreUnavailable, "busy"],
    [8, "read-only", StoreUnavailable, "noFile"],
    [10, "I/O", StoreUnavailable, "noFile"],
    [778, "I/O while writing", StoreUnavailable, "noFile"],
    [13, "full", StoreUnavailable, "diskFull"],
    [14, "cannot open", StoreUnavailable, "noFile"],
    [3, "no permission", StoreUnavailable, "noFile"],
    [11, "corrupt", StoreCorrupt, "damaged"],
    [523, "corrupt index", StoreCorrupt, "damaged"],
    [26, "not a database", StoreCorrupt, "damaged"],
  ];
  for (const [errcode, what, kind, code] of table) {
    it(`${errcode}, ${what}, is ${code} and names the file`, () => {
      const error = storeError(sqliteError(errcode), "/here/sessions.db");
      assert.ok(error instanceof kind);
      assert.equal(error.code, code);
      assert.match(error.message, /\/here\/sessions\.db .*as SQLite says it/);
    });
  }

  it("that is ours, or of no file, comes back as it is", () => {
    const constraint = sqliteError(19);
    assert.equal(storeError(constraint, "file"), constraint);
    const other = new TypeError("not SQLite's");
    assert.equal(storeError(other, "file"), other);
  });
});
