import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { EMPTY_LOCK, type ChosenRoute, type Lock } from "../../../topology";
import type { RoutesReport } from "../../../scripts/engine/results";
import { Stage, TWO_ACCOUNTS } from "../fake-aws/stage";
import { give, writeTopology } from "../lib/command";

const { web } = TWO_ACCOUNTS.images;
const PROD = "222222222222/eu-central-1";
const STAGING = "333333333333/eu-west-1";
const KEPT = { builder: { id: "111111111111", shareKeys: false }, prod: TWO_ACCOUNTS.accounts["prod"] };

/** The topology with the route `auto` for both accounts; `accounts` replaces those of the topology. */
function auto(accounts: object = {}) {
  const to = (web?.to ?? []).map((destination) => ({ ...destination, route: "auto" as const }));
  return {
    ...TWO_ACCOUNTS,
    accounts: { ...TWO_ACCOUNTS.accounts, ...accounts },
    images: { web: { ...web, to } },
  };
}

let cwd: string;
let stage: Stage;
beforeEach(() => {
  cwd = fs.mkdtempSync(path.join(os.tmpdir(), "keyferry-routes-"));
  stage = new Stage(auto());
  writeTopology(cwd, auto());
});
afterEach(() => fs.rmSync(cwd, { recursive: true }));

const keyferry = (...argv: string[]) => give(stage, cwd, argv);
const lockFile = () => path.join(cwd, "keyferry.lock.json");
const lock = () => JSON.parse(fs.readFileSync(lockFile(), "utf8")) as Lock;
const routesIn = ({ topologies }: Lock) => topologies["acme"]?.routes;

function writeLock(prod: ChosenRoute, staging: ChosenRoute): void {
  const routes = { web: { [PROD]: prod, [STAGING]: staging } };
  const topologies = { acme: { accounts: {}, routes } };
  fs.writeFileSync(lockFile(), JSON.stringify({ ...EMPTY_LOCK, topologies }));
}

test.each([["plan"], ["run"], ["verify"], ["status"]])(
  "%s without a chosen route exits with 2, prints what to run, and makes no calls",
  async (command) => {
    const { exitCode, err } = await keyferry(command);
    expect(exitCode).toBe(2);
    expect(err).toContain("no route has been chosen yet for prod in eu-central-1, staging in eu-west-1");
    expect(err).toContain("npx keyferry plan --write");
    expect(stage.cloud.calls).toEqual([]);
    expect(fs.existsSync(lockFile())).toBe(false);
  },
);

test("bootstrap prints deploy roles that can create the buckets, before a plan has chosen", async () => {
  const { exitCode, out } = await keyferry("bootstrap");
  expect(exitCode).toBe(0);
  expect(out).toContain("s3:CreateBucket");
});

test("plan --routes prints what each route requires, whether it is open, and why not, and writes nothing", async () => {
  const { exitCode, out } = await keyferry("plan", "--routes");
  expect(exitCode).toBe(0);
  for (const text of [
    "copy-image",
    "store-restore",
    "share",
    "needs",
    "forbids",
    "loses",
    "costs",
    "WHY NOT",
  ])
    expect(out).toContain(text);
  expect(out).toContain("prod in eu-central-1 (auto)");
  expect(out).toContain("a transit copy during the run");
  expect(fs.existsSync(lockFile())).toBe(false);
});

test("plan --routes --json prints the same as data", async () => {
  const { out } = await keyferry("plan", "--routes", "--json", "--only", "prod");
  const { rules, kinds, written } = JSON.parse(out) as RoutesReport;
  expect(kinds).toMatchObject([{ kind: "image", routes: [{ route: "copy-image" }, {}, {}, {}] }]);
  expect(rules).toMatchObject([
    {
      rule: "web",
      sourceId: stage.imageId,
      destinations: [
        {
          account: "222222222222",
          declared: "auto",
          choice: { route: "copy-image" },
          routes: [
            { route: "copy-image", closed: [] },
            { route: "store-restore", closed: [] },
            { route: "register-image" },
            { route: "share", closed: [] },
          ],
        },
      ],
    },
  ]);
  expect(written).toBeUndefined();
});

test("plan --write reads sources with the deploy role, writes the choices, and prints the next step", async () => {
  stage.cloud.rolePolicies.clear();
  const { exitCode, out } = await keyferry("plan", "--write");
  expect(exitCode).toBe(0);
  expect(out).toContain("web -> prod eu-central-1: copy-image");
  expect(out).toContain("keyferry deploy");
  expect(routesIn(lock())).toEqual({ web: { [PROD]: "copy-image", [STAGING]: "copy-image" } });
});

test("plan --write takes the topology's key settings into account, and prints the previous choice", async () => {
  writeLock("copy-image", "copy-image");
  writeTopology(cwd, auto(KEPT));
  const { exitCode, out } = await keyferry("plan", "--write");
  expect(exitCode).toBe(0);
  expect(out).toContain("web -> prod eu-central-1: store-restore (was copy-image)");
  expect(routesIn(lock())).toEqual({ web: { [PROD]: "store-restore", [STAGING]: "store-restore" } });
});

test("plan --write --only changes only the choices of those copy jobs", async () => {
  writeLock("store-restore", "store-restore");
  expect((await keyferry("plan", "--write", "--only", "staging")).exitCode).toBe(0);
  expect(routesIn(lock())).toEqual({ web: { [PROD]: "store-restore", [STAGING]: "copy-image" } });
});

test("if no route is open, plan --write exits with 3 and the reason, and writes nothing", async () => {
  stage.cloud.image(stage.imageId).view.marketplaceCodes = ["3ql"];
  const { exitCode, out } = await keyferry("plan", "--write");
  expect(exitCode).toBe(3);
  expect(out).toContain("AWS Marketplace product code 3ql");
  expect(fs.existsSync(lockFile())).toBe(false);
});

test("if there is no source, or its account cannot be accessed, plan --write exits with 3 and the reason", async () => {
  const declared = auto();
  const from = { account: "builder", region: "eu-west-1", newest: { name: "none-*" } };
  writeTopology(cwd, { ...declared, images: { web: { ...declared.images.web, from } } });
  const none = await keyferry("plan", "--write");
  expect(none.exitCode).toBe(3);
  expect(none.out).toContain("none-*");
  writeTopology(cwd, declared);
  stage.deployer.closedAccounts.add("111111111111");
  const closed = await keyferry("plan", "--write");
  expect(closed.exitCode).toBe(3);
  expect(closed.out).toContain("AssumeRole");
  expect(fs.existsSync(lockFile())).toBe(false);
});

test("without auto, plan --write reports that there is nothing to choose, and writes nothing", async () => {
  writeTopology(cwd, TWO_ACCOUNTS);
  const { exitCode, out } = await keyferry("plan", "--write");
  expect(exitCode).toBe(0);
  expect(out).toContain("there is nothing to choose");
  expect(fs.existsSync(lockFile())).toBe(false);
});

test("options for planning a run are refused with --routes", async () => {
  const { exitCode, err } = await keyferry("plan", "--routes", "--repin", "--max-copies", "2");
  expect(exitCode).toBe(2);
  expect(err).toContain("--repin");
  expect(err).toContain("--max-copies");
});

test("run copies by the chosen route", async () => {
  writeLock("copy-image", "copy-image");
  const { exitCode, err } = await keyferry("run");
  expect({ exitCode, err }).toMatchObject({ exitCode: 0 });
});

test("run exits with 3 if the topology closes the chosen route, prints which route is needed, and changes nothing", async () => {
  writeLock("copy-image", "copy-image");
  writeTopology(cwd, auto(KEPT));
  const images = JSON.stringify(stage.cloud.images);
  const { exitCode, err } = await keyferry("run");
  expect(exitCode).toBe(3);
  expect(err).toContain("keyferry.lock.json has the route copy-image for it");
  expect(err).toContain("it needs store-restore");
  expect(err).toContain("npx keyferry plan --write");
  expect(JSON.stringify(stage.cloud.images)).toBe(images);
  expect(stage.journal).toEqual([]);
});
