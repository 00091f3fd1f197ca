import assert from "node:assert/strict";
import { ConfigError } from "#core/errors";
import { addressOf } from "./address.ts";

describe("address of a PostgreSQL store", () => {
  it("names host, port and database, and takes the schema out of what the driver is given", () => {
    const { pool, schema, shown } = addressOf("postgres://u:p@db.example:6543/charging?sslmode=verify-full&schema=site_b");
    assert.deepEqual([schema, shown], ["site_b", "db.example:6543/charging"]);
    assert.equal(pool.connectionString, "postgres://u:p@db.example:6543/charging?sslmode=verify-full");
  });

  it("has the schema j1772 and the port 5432 unless told otherwise", () => {
    const { schema, shown } = addressOf("postgresql://u@localhost/charging");
    assert.deepEqual([schema, shown], ["j1772", "localhost:5432/charging"]);
  });

  it("takes the password out of a text, as it is and as the URL has it", () => {
    const { scrub } = addressOf("postgres://u:a%2Fb%25@h/d");
    assert.equal(scrub('said "a/b%" and "a%2Fb%25"'), 'said "***" and "***"');
  });

  it("takes out a password that stands among the parameters, and one that is no proper escape", () => {
    assert.equal(addressOf("postgres://u@h/d?password=hidden").scrub("hidden?"), "***?");
    assert.equal(addressOf("postgres://u:100%@h/d").scrub("100%!"), "***!");
  });

  for (const url of [
    "",
    "sessions.db",
    "mysql://u:secret@h/d",
    "postgres://u:secret@[h/d",
    'postgres://u:secret@h/d?schema=x"y',
    "postgres://u:secret@h/d?schema=",
  ]) {
    it(`refuses ${JSON.stringify(url)} without repeating a password`, () => {
      assert.throws(
        () => addressOf(url),
        (error) => error instanceof ConfigError && !error.message.includes("secret"),
      );
    });
  }
});
