import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import type { Host } from "../../../scripts/cli/host";
import { keyMaterial } from "../../../scripts/cli/key-material-file";

let cwd: string;
beforeEach(() => (cwd = mkdtempSync(path.join(os.tmpdir(), "keyferry-material-"))));
afterEach(() => rmSync(cwd, { recursive: true, force: true }));

const host = () => ({ cwd }) as Host;

test("material is read unchanged", () => {
  writeFileSync(path.join(cwd, "m"), Buffer.from([0, 10, 255]));
  expect(keyMaterial(host(), { material: "m" }, 32)).toEqual({ material: Buffer.from([0, 10, 255]) });
});

test("generated material is in a file that only its owner can read, and differs every time", () => {
  const one = keyMaterial(host(), { generate: "one" }, 32);
  const other = keyMaterial(host(), { generate: "other" }, 32);
  expect(readdirSync(cwd)).toEqual([]);
  one.keep?.();
  expect(one.material).toHaveLength(32);
  expect(readFileSync(path.join(cwd, "one"))).toEqual(one.material);
  expect(statSync(path.join(cwd, "one")).mode & 0o777).toBe(0o600);
  expect(other.material).not.toEqual(one.material);
});

test("an existing file is not overwritten", () => {
  writeFileSync(path.join(cwd, "kept"), "kept");
  const { keep } = keyMaterial(host(), { generate: "kept" }, 32);
  expect(() => keep?.()).toThrow("1 problem in the options");
  expect(readFileSync(path.join(cwd, "kept"), "utf8")).toBe("kept");
});

test.each([[{}], [{ material: "a", generate: "b" }], [{ material: "none" }]])("%j is refused", (options) => {
  expect(() => keyMaterial(host(), options, 32)).toThrow("1 problem in the options");
});
