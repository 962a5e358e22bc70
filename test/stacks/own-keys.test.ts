import fs from "node:fs";
import path from "node:path";
import { synthesise, synthSettings } from "../../stacks";
import { resolveTopology, type TopologyInput } from "../../topology";
import { proofProblems } from "../../topology/proof";
import { proveOffline } from "../../scripts/commands/prove-offline";
import { PAIR } from "../_helpers/topologies";
import {
  onlyResource,
  policyOf,
  resources,
  temporaryDirectory,
  type Synthesised,
} from "../_helpers/synthesised";

const ARN = "arn:aws:kms:eu-west-1:222222222222:key/1234abcd-12ab-34cd-56ef-1234567890ab";
const OTHERS = "arn:aws:kms:eu-west-1:999999999999:key/1234abcd-12ab-34cd-56ef-1234567890ab";

type Account = TopologyInput["accounts"][string];

let directory: string;
beforeEach(() => {
  directory = temporaryDirectory();
});
afterEach(() => fs.rmSync(directory, { recursive: true }));

/** Synthesises after the earlier deployments, with their lock file. */
function deploy(own: Readonly<Record<string, Account["ownKeys"]>>, keys: readonly string[] = []) {
  const { web } = PAIR.images;
  if (web === undefined) throw new TypeError("no rule");
  const accounts = Object.entries(PAIR.accounts).map(([name, account]): [string, Account] => [
    name,
    { ...account, ...(own[name] === undefined ? {} : { ownKeys: own[name] }) },
  ]);
  const topology = resolveTopology({
    ...PAIR,
    accounts: Object.fromEntries(accounts),
    images: { web: { ...web, from: { ...web.from, keys: [...keys] } } },
  });
  const settings = synthSettings({}, directory);
  synthesise(topology, settings);
  const { proof, unread } = proveOffline(topology, settings.outdir);
  expect([proofProblems(topology, proof), unread]).toEqual([[], []]);
  // Read immediately: the next deployment overwrites it.
  const stacks = Object.fromEntries(
    fs.readdirSync(path.join(settings.outdir, "stacks")).map((name) => {
      const text = fs.readFileSync(path.join(settings.outdir, "stacks", name, "cdk.tf.json"), "utf8");
      return [name, JSON.parse(text) as Synthesised];
    }),
  );
  return (name: string): Synthesised => stacks[name] ?? { terraform: { backend: {} } };
}

const lookedUp = (stack: Synthesised) =>
  Object.values(stack.data?.["aws_kms_alias"] ?? {}).map(({ name }) => name);

test("nothing is created for own keys: keys with an alias are looked up, and an ARN is written into the policies", () => {
  const stack = deploy({
    builder: { transit: "alias/shared-with-all" },
    prod: { home: { "eu-west-1": ARN } },
  });
  for (const account of ["builder", "prod"])
    for (const type of ["aws_kms_key", "aws_kms_alias"])
      expect(resources(stack(`foundation-keys-${account}`), type)).toEqual([]);
  expect(lookedUp(stack("foundation-keys-builder"))).toEqual(["alias/shared-with-all"]);
  const { Statement } = policyOf(onlyResource(stack("foundation-access-prod"), "aws_iam_role_policy"));
  const named = Statement.flatMap(({ Sid, Resource = [] }) => (Resource.includes(ARN) ? [Sid] : []));
  expect(named).toEqual(expect.arrayContaining(["DescribeKeys", "GrantToEbs", "MakeDataKeys"]));
  expect(lookedUp(stack("consumers-prod"))).toEqual([]);
});

test("a launch looks up its own key by its alias, so that the plan fails if the key does not exist", () => {
  const stack = deploy({ prod: { home: "alias/prod-data" } });
  expect(lookedUp(stack("consumers-prod"))).toEqual(["alias/prod-data"]);
});

test("the foundation's key is kept when an own key replaces it, allows no other account, and can be used again unchanged", () => {
  const first = deploy({});
  const before = Object.entries(first("foundation-keys-builder").resource?.["aws_kms_key"] ?? {});
  expect(before).toHaveLength(1);
  const there = deploy({ builder: { transit: "alias/shared-with-all" } });
  const retired = there("foundation-keys-builder");
  expect(Object.keys(retired.resource?.["aws_kms_key"] ?? {})).toEqual(before.map(([address]) => address));
  expect(policyOf(onlyResource(retired, "aws_kms_key")).Statement.map(({ Sid }) => Sid)).toEqual([
    "AccountDecidesByIam",
    "NobodySchedulesDeletion",
  ]);
  const back = deploy({});
  expect(Object.entries(back("foundation-keys-builder").resource?.["aws_kms_key"] ?? {})).toEqual(before);
});

test("a source's key of another account is in the policy of the source's role by its ARN", () => {
  const stack = deploy({}, [OTHERS]);
  const { Statement } = policyOf(onlyResource(stack("foundation-access-builder"), "aws_iam_role_policy"));
  const named = Statement.flatMap(({ Sid, Resource = [] }) => (Resource.includes(OTHERS) ? [Sid] : []));
  expect(named.sort()).toEqual([
    "DescribeSourceKeys",
    "GrantToEbs",
    "UseKeysThroughEc2",
    "UseSourceKeysThroughEc2",
  ]);
  const ofProd = JSON.stringify(stack("foundation-access-prod"));
  expect(ofProd).not.toContain(OTHERS);
});
