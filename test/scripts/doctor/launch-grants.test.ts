import type { KeyGrant } from "../../../scripts/aws";
import { checkLaunchGrants } from "../../../scripts/doctor/checks/launch-grants";
import { LAUNCH_OPERATIONS } from "../../../policy";
import { resolveTopology } from "../../../topology";

const OWNER = "111111111111";
const PROD = "222222222222";
const ARN = `arn:aws:kms:eu-west-1:${OWNER}:key/1234abcd-12ab-34cd-56ef-1234567890ab`;
const roleOf = (account: string, suffix = "") =>
  `arn:aws:iam::${account}:role/aws-service-role/autoscaling.amazonaws.com/AWSServiceRoleForAutoScaling${suffix}`;

const GRANT: KeyGrant = {
  id: "g1",
  name: "keyferry/named/autoscaling",
  grantee: roleOf(PROD),
  issuingAccount: PROD,
  operations: LAUNCH_OPERATIONS,
};

/** State and text of the findings about a key with which prod's Auto Scaling must launch. */
function found(
  grants: readonly KeyGrant[],
  launchGrants: readonly { account: string }[] = [{ account: "prod" }],
) {
  const [key] = resolveTopology({
    name: "named",
    accounts: { platform: { id: OWNER }, prod: { id: PROD } },
    keys: { data: { account: "platform", regions: ["eu-west-1"], launchGrants: [...launchGrants] } },
  }).keys;
  const granted = {
    ...{ name: "platform/eu-west-1/data@1", arn: ARN, topology: "named", partition: "aws" },
    declared: key?.launchGrants ?? [],
  };
  return checkLaunchGrants(granted, grants).map(({ state, what, fix = "", account }) => ({
    text: `${state}: ${what} -> ${fix}`,
    account,
  }));
}

test("one grant that the launching account created, with every operation, passes", () => {
  expect(found([GRANT])).toEqual([{ text: expect.stringMatching(/^passed: .*launches with the grant g1/) }]);
});

test("grants that AWS services create for volumes are ignored", () => {
  const ofEbs: KeyGrant = {
    id: "e1",
    grantee: `arn:aws:iam::${PROD}:role/app`,
    issuingAccount: PROD,
    operations: ["Decrypt"],
  };
  expect(found([GRANT, ofEbs, { id: "e2", operations: [] }])).toHaveLength(1);
});

test.each<readonly [string, readonly KeyGrant[], RegExp, string]>([
  ["no grant", [], /has no grant that account 222222222222 created.*foundation-grants-prod/, PROD],
  [
    "a grant that lacks operations",
    [{ ...GRANT, operations: ["Decrypt", "DescribeKey"] }],
    /lacks CreateGrant, Encrypt, .*Client.InternalError.*retire-grant .*--grant-id g1/,
    PROD,
  ],
  ["two grants", [GRANT, { ...GRANT, id: "g2" }], /has 2 grants \(g1, g2\).*retire-grant/, PROD],
])("%s fails with the fix", (_, grants, text, account) => {
  expect(found(grants)).toEqual([
    { text: expect.stringMatching(new RegExp(`^failed: .*${text.source}`)), account },
  ]);
});

test("a grant that the key's owner created for another account's role does not count", () => {
  expect(found([{ ...GRANT, name: "by hand", issuingAccount: OWNER }])).toEqual([
    { text: expect.stringContaining("has no grant that account 222222222222 created"), account: PROD },
    {
      text: expect.stringMatching(
        /was created by account 111111111111: only a grant that account 222222222222 creates.*revoke-grant/,
      ),
      account: OWNER,
    },
  ]);
});

test("a grantee that was deleted and created again is reported, with the grant to retire", () => {
  const dead = { ...GRANT, id: "dead", grantee: "AROATHPL2AOHINTNJJRRF" };
  expect(found([dead]).map(({ text }) => text)).toEqual([
    expect.stringContaining("has no grant"),
    expect.stringMatching(/a service-linked role that was deleted.*retire-grant .*--grant-id dead/),
  ]);
});

test("a grant whose entry was removed is reported, and a grant of another topology is not", () => {
  expect(found([GRANT], [])).toEqual([
    { text: expect.stringMatching(/no longer has -> deploy .*revoke-grant .*--grant-id g1/), account: OWNER },
  ]);
  expect(found([{ ...GRANT, name: "keyferry/other/autoscaling" }], [])).toEqual([]);
});
