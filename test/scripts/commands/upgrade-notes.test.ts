import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { upgradeNotes } from "../../../scripts/commands/upgrade-notes";
import { EMPTY_LOCK, lockText, mergeLock, parseLock, resolveTopology, type Lock } from "../../../topology";
import { Stage, TWO_ACCOUNTS } from "../fake-aws/stage";
import { give, writeTopology } from "../lib/command";

const topology = resolveTopology(TWO_ACCOUNTS);
/** As written by synthesis, without a deployment. */
const synthesised = mergeLock(topology, EMPTY_LOCK).lock;
const deployed = parseLock(
  lockText(synthesised).replaceAll('"unconfirmed": true', '"unconfirmed": false'),
  "lock",
);

const fixes = (lock: Lock, hasRun: boolean) => upgradeNotes("acme", { lock, hasRun }).map(({ fix }) => fix);

describe("a project with earlier runs", () => {
  it.each([
    ["without a lock file", EMPTY_LOCK],
    ["whose lock file was synthesised and not deployed", synthesised],
    ["whose lock file has only another topology", { ...deployed, topologies: { other: must(deployed) } }],
  ])("%s must be deployed before the next run", (_what, lock) => {
    expect(fixes(lock, true)).toEqual([expect.stringContaining("deploy 'foundation-*' before the next run")]);
  });

  it("has nothing to do once it is deployed", () => {
    expect(fixes(deployed, true)).toEqual([]);
  });

  it("has nothing to do if its accounts use only their own keys", () => {
    const { accounts } = must(deployed);
    const withoutKeys = Object.fromEntries(
      Object.entries(accounts).map(([id, account]) => [id, { ...account, keys: {} }]),
    );
    expect(fixes({ ...deployed, topologies: { acme: { accounts: withoutKeys } } }, true)).toEqual([]);
  });
});

it("a new project has nothing to do", () => {
  expect([...fixes(EMPTY_LOCK, false), ...fixes(synthesised, false)]).toEqual([]);
});

function must({ topologies }: Lock) {
  const found = topologies["acme"];
  if (found === undefined) throw new TypeError("no topology");
  return found;
}

describe("keyferry doctor", () => {
  let cwd: string;
  beforeEach(() => {
    cwd = fs.mkdtempSync(path.join(os.tmpdir(), "keyferry-upgrade-"));
    writeTopology(cwd, TWO_ACCOUNTS);
  });
  afterEach(() => fs.rmSync(cwd, { recursive: true }));

  it("reports the remaining upgrade steps with its checks, and no longer after they are done", async () => {
    const stage = new Stage();
    const doctor = async () => (await give(stage, cwd, ["doctor"])).err;
    const upgradeNote = /the lock file has nothing that was deployed.*fix: .*docs\/upgrading\.md/s;
    expect(await doctor()).not.toMatch(upgradeNote);
    await give(stage, cwd, ["run"]);
    expect(await doctor()).toMatch(upgradeNote);
    fs.writeFileSync(path.join(cwd, "keyferry.lock.json"), lockText(deployed));
    expect(await doctor()).not.toMatch(upgradeNote);
  });
});
