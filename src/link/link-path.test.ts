import assert from "node:assert/strict";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { linkPath } from "./link-path.ts";

describe("linkPath", () => {
  if (process.platform === "win32") {
    it("is a named pipe on Windows", () => {
      assert.match(linkPath("C:\\state", "Bay 1"), /^\\\\\.\\pipe\\j1772-[0-9a-f]{16}$/);
    });
    return;
  }

  it("lies in the given folder under the charger's name", () => {
    assert.equal(linkPath("/var/lib/j1772", "garage"), "/var/lib/j1772/garage.sock");
  });

  it("tells chargers apart whose names look alike in a file name", () => {
    const paths = ["Bay 1", "bay-1", "bay_1", "Bay/1", "../bay-1"].map((charger) => linkPath("/s", charger));
    assert.equal(new Set(paths).size, paths.length);
    for (const path of paths) assert.equal(dirname(path), "/s");
  });

  it("is short and still unique when the folder's path is too long for a socket", () => {
    const long = `/home/${"x".repeat(120)}`;
    const path = linkPath(long, "garage");
    assert.equal(dirname(dirname(path)), tmpdir());
    assert.ok(Buffer.byteLength(path) <= 100, path);
    assert.notEqual(path, linkPath(join(long, "y"), "garage"));
  });
});
