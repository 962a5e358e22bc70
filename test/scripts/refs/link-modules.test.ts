import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { linkModules } from "../../../scripts/refs/link-modules";

let root: string;
let trees: { readonly from: string; readonly to: string };
beforeEach(() => {
  root = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), "keyferry-link-")));
  trees = { from: path.join(root, "here"), to: path.join(root, "ref") };
  for (const top of Object.values(trees)) {
    write(path.join(top, "infra/main.ts"), "");
    write(path.join(top, "packages/lib/index.js"), "");
  }
});
afterEach(() => fs.rmSync(root, { recursive: true }));

function write(file: string, text: string): void {
  fs.mkdirSync(path.dirname(file), { recursive: true });
  fs.writeFileSync(file, text);
}

function link(target: string, file: string): void {
  fs.mkdirSync(path.dirname(file), { recursive: true });
  fs.symlinkSync(target, file);
}

const leadsTo = (name: string) => path.relative(root, fs.realpathSync(path.join(trees.to, name)));

test("packages are linked from every directory between the top and the project, including scoped ones", () => {
  write(path.join(trees.from, "node_modules/top/index.js"), "");
  write(path.join(trees.from, "infra/node_modules/@acme/own/index.js"), "");
  linkModules(trees, "infra");
  expect(leadsTo("node_modules/top")).toBe("here/node_modules/top");
  expect(leadsTo("infra/node_modules/@acme/own")).toBe("here/infra/node_modules/@acme/own");
});

test("a package of the repository's workspace is the ref's own, with its installed dependencies", () => {
  link("../../packages/lib", path.join(trees.from, "node_modules/@acme/lib"));
  write(path.join(trees.from, "packages/lib/node_modules/deep/index.js"), "");
  linkModules(trees, "infra");
  expect(leadsTo("node_modules/@acme/lib")).toBe("ref/packages/lib");
  expect(leadsTo("packages/lib/node_modules/deep")).toBe("here/packages/lib/node_modules/deep");
});

test("a package of the workspace that the ref does not contain is linked", () => {
  fs.rmSync(path.join(trees.to, "packages"), { recursive: true });
  link("../packages/lib", path.join(trees.from, "node_modules/lib"));
  linkModules(trees, "infra");
  expect(leadsTo("node_modules/lib")).toBe("here/packages/lib");
});

test("links between installed packages, as pnpm creates them, are kept", () => {
  write(path.join(trees.from, "node_modules/.pnpm/a@1/node_modules/a/index.js"), "");
  link(".pnpm/a@1/node_modules/a", path.join(trees.from, "node_modules/a"));
  linkModules(trees, "infra");
  expect(leadsTo("node_modules/a")).toBe("here/node_modules/.pnpm/a@1/node_modules/a");
});

test("committed packages are the ref's own, and broken links stay broken", () => {
  write(path.join(trees.from, "node_modules/a/index.js"), "");
  write(path.join(trees.to, "node_modules/a/index.js"), "");
  link("nowhere", path.join(trees.from, "infra/node_modules/broken"));
  linkModules(trees, "infra");
  expect(leadsTo("node_modules/a")).toBe("ref/node_modules/a");
  expect(fs.existsSync(path.join(trees.to, "infra/node_modules/broken"))).toBe(false);
});
