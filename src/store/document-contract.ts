/** What every store of documents must do, as one suite of tests that every such store runs. */
import { strict as assert } from "node:assert";
import type { DocumentChange, DocumentStore, StoredDocument } from "#ports/document-store";
import { collected } from "./pages.ts";

/** A store on the test bench, empty. */
export interface DocumentsUnderTest {
  readonly store: DocumentStore;
  /** Closes the store and opens what it kept again. */
  reopen(): Promise<DocumentStore>;
  /** Gives back what the test took. */
  dispose(): Promise<void>;
}

// The suite runs under mocha, which brings these; naming them here keeps test packages out of what is shipped.
declare const describe: (title: string, body: () => void) => void;
declare const it: (title: string, body: () => Promise<void>) => void;
declare const beforeEach: (body: () => Promise<void>) => void;
declare const afterEach: (body: () => Promise<void>) => void;

const put = (id: string, body: unknown, kind = "tag", person: string | null = "ann"): DocumentChange => ({
  kind,
  id,
  person,
  body: JSON.stringify(body),
});
const removed = (id: string, kind = "tag"): DocumentChange => ({ kind, id, person: null, body: null });

async function kept(store: DocumentStore, site = "site"): Promise<readonly StoredDocument[]> {
  const documents = await collected(store.load(site));
  return documents.toSorted((one, other) => (`${one.kind} ${one.id}` < `${other.kind} ${other.id}` ? -1 : 1));
}

/** @param open makes a store that is empty */
export function documentStoreContract(name: string, open: () => Promise<DocumentsUnderTest>): void {
  describe(`${name} keeps documents`, () => {
    let bench: DocumentsUnderTest;
    beforeEach(async () => {
      bench = await open();
    });
    afterEach(() => bench.dispose());

    it("as they were written last, also after it was opened again", async () => {
      await bench.store.write("site", [put("a", { version: 1 }), put("b", 1), put("a", [], "bay", null)]);
      await bench.store.write("site", [put("a", { version: 2 }, "tag", "bob")]);
      const expected = [put("a", [], "bay", null), put("a", { version: 2 }, "tag", "bob"), put("b", 1)];
      assert.deepEqual(await kept(bench.store), expected);
      assert.deepEqual(await kept(await bench.reopen()), expected);
    });

    it("until they are removed; removing what is not there is nothing", async () => {
      await bench.store.write("site", [put("a", 1), put("b", 1)]);
      await bench.store.write("site", [removed("a"), removed("a"), removed("c"), removed("b", "bay")]);
      assert.deepEqual(await kept(bench.store), [put("b", 1)]);
    });

    it("in the order of the changes", async () => {
      await bench.store.write("site", [put("a", 1), removed("a"), put("a", 2), put("b", 1), removed("b")]);
      assert.deepEqual(await kept(bench.store), [put("a", 2)]);
    });

    it("of each site apart", async () => {
      await bench.store.write("site", [put("a", 1)]);
      await bench.store.write("other", [put("a", 2)]);
      await bench.store.write("site", [removed("a")]);
      assert.deepEqual([await kept(bench.store), await kept(bench.store, "other")], [[], [put("a", 2)]]);
    });

    it("all of a batch or none of it", async () => {
      await bench.store.write("site", [put("a", 1)]);
      const impossible = { ...put("c", 1), kind: null } as unknown as DocumentChange;
      await assert.rejects(bench.store.write("site", [put("a", 2), put("b", 1), impossible]));
      assert.deepEqual(await kept(bench.store), [put("a", 1)]);
    });

    it("many of them, in pages", async () => {
      const many = Array.from({ length: 2345 }, (_, index) => put(`id-${index}`, { index }, index % 2 === 0 ? "tag" : "person"));
      await bench.store.write("site", many);
      const pages: number[] = [];
      for await (const page of bench.store.load("site")) pages.push(page.length);
      assert.equal(
        pages.reduce((sum, length) => sum + length, 0),
        2345,
      );
      assert.equal(new Set((await kept(bench.store)).map(({ kind, id }) => `${kind} ${id}`)).size, 2345);
    });

    it("whatever is written in them", async () => {
      const odd = ["'; DROP TABLE document; --", '"', "\\", "ä 🚗 \u202e", "x".repeat(100_000), "%_"];
      await bench.store.write(
        "site",
        odd.map((text, index) => put(`odd ${index} ' "`, text, "tag", text.slice(0, 50))),
      );
      const bodies = (await kept(bench.store)).map(({ body }) => JSON.parse(body));
      assert.deepEqual(bodies, odd);
    });
  });
}
