import { resolveTopology, type TopologyInput } from "../../../topology";
import { proofProblems, proveTopology, synthesisedDocuments, tableDocuments } from "../../../topology/proof";
import { ACME, sharing } from "../../_helpers/topologies";
import { synthesisedTopology } from "../../_helpers/synthesised";

/** Named keys of every type: with replicas, imported, shared with accounts and roles, and used for launches through grants. */
const KEYS = {
  data: {
    account: "builder",
    regions: ["eu-west-1", "eu-central-1"],
    multiRegion: true,
    sharedWith: { accounts: ["prod"], roles: ["arn:aws:iam::333333333333:role/teams/karpenter"] },
    launchGrants: [{ account: "prod" }, { account: "staging", awsServiceName: "spot.amazonaws.com" }],
  },
  vault: { account: "builder", regions: ["eu-west-1"], imported: true, sharedWith: { accounts: ["prod"] } },
} as const satisfies NonNullable<TopologyInput["keys"]>;

const withKeys = () => resolveTopology({ ...ACME, keys: KEYS });

test("the permission table allows only the principals that the topology names for named keys", () => {
  const topology = withKeys();
  const proof = proveTopology(topology);
  expect(proofProblems(topology, proof)).toEqual([]);
  expect(proof.jobs.map(({ job }) => job.id)).toEqual(
    expect.arrayContaining([
      "key alias/keyferry/acme/data/1 of 111111111111 eu-central-1",
      "key alias/keyferry/acme/vault/1 of 111111111111 eu-west-1",
    ]),
  );
});

test.each([
  ["named keys with replicas and imported ones", withKeys],
  ["shared images", sharing],
])("the synthesised stacks lead to the same proof for %s", (_what, topologyOf) => {
  const topology = topologyOf();
  const { documents, unread, wrongGrants } = synthesisedDocuments(topology, synthesisedTopology(topology));
  expect([...unread, ...wrongGrants]).toEqual([]);
  expect(proofProblems(topology, proveTopology(topology, documents))).toEqual([]);
});

/** The documents with changed statements in the policies of named keys. */
function changed(change: (statement: Record<string, unknown>) => Record<string, unknown> | undefined) {
  const topology = withKeys();
  const documents = tableDocuments(topology);
  const keys = new Map(
    [...documents.keys].map(([arn, named]) => {
      const { Statement, ...rest } = named.document as { Statement: Record<string, unknown>[] };
      return [
        arn,
        { ...named, document: { ...rest, Statement: Statement.flatMap((one) => change(one) ?? []) } },
      ];
    }),
  );
  return proofProblems(topology, proveTopology(topology, { ...documents, keys })).map(({ what }) => what);
}

test.each([
  [
    "IssuersGrantToServiceLinkedRoles",
    /role\/keyferry-deploy of 222222222222: kms:CreateGrant .* is refused/,
  ],
  ["SharingRolesGrant", /role\/teams\/karpenter of 333333333333: kms:CreateGrant .* is refused/],
  ["SharingAccountsUse", /of 222222222222: kms:Decrypt .* is refused/],
])("a policy without %s is not proved", (sid, problem) => {
  expect(changed((one) => (one["Sid"] === sid ? undefined : one)).join("\n")).toMatch(problem);
});

test.each([
  ["IssuersGrantToServiceLinkedRoles", /keyferry-NOBODY|another role/],
  ["SharingAccountsUse", /directly, not through EC2/],
])("%s without its conditions is a leak", (sid, problem) => {
  const open = changed((one) => (one["Sid"] === sid ? { ...one, Condition: undefined } : one));
  expect(open.join("\n")).toMatch(problem);
});

describe("a grant in the synthesised stacks", () => {
  const stacks = synthesisedTopology(sharing());

  /** The reported problems with one text of the grants of prod replaced by another. */
  function problemsOf(from: RegExp, to: string): string {
    const written = JSON.stringify(stacks["foundation-grants-prod"]);
    expect(written).toMatch(from);
    const edited = JSON.parse(written.replace(from, to)) as (typeof stacks)[string];
    const read = { ...stacks, "foundation-grants-prod": edited };
    return synthesisedDocuments(sharing(), read).wrongGrants.join("\n");
  }

  test.each([
    [
      "for a role of another account",
      /\$\{data\.aws_caller_identity\.[^}]+\}:role/,
      "333333333333:role",
      /does not allow a launch/,
    ],
    ["without one of the operations", /"Decrypt",/, "", /lacks Decrypt, without which launches fail/],
    [
      "for another role",
      /AWSServiceRoleForAutoScaling/,
      "AWSServiceRoleForAutoScaling_other",
      /is not declared/,
    ],
  ])("%s is reported", (_what, from, to, problem) => {
    expect(problemsOf(from, to)).toMatch(problem);
  });

  test("that is declared but created by no stack is reported", () => {
    const rest = Object.fromEntries(
      Object.entries(stacks).filter(([name]) => name !== "foundation-grants-prod"),
    );
    expect(synthesisedDocuments(sharing(), rest).wrongGrants.join("\n")).toMatch(
      /no stack creates the grant of arn:aws:iam::222222222222:role\/aws-service-role\/autoscaling/,
    );
  });
});
