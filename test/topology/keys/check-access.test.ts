import { ConfigurationError } from "../../../core/errors";
import { resolveTopology } from "../../../topology";

const ACCOUNTS = {
  platform: { id: "111111111111" },
  prod: { id: "222222222222" },
  desk: { id: "333333333333", profile: "desk" },
};
const ROLE = "arn:aws:iam::444444444444:role/apps/reader";

function topologyOf(more: object) {
  return {
    name: "named",
    accounts: ACCOUNTS,
    keys: { data: { account: "platform", regions: ["eu-west-1"], ...more } },
  };
}

/** The problems: path below the key, and text. */
function problemsOf(more: object): readonly string[] {
  try {
    resolveTopology(topologyOf(more));
  } catch (error) {
    if (error instanceof ConfigurationError)
      return error.problems.map(({ path, what }) => `${path.replace("keys.data.", "")}: ${what}`);
    throw error;
  }
  return [];
}

test("accounts can be given by name or id, and the key is shared through EC2 by default", () => {
  const [key] = resolveTopology(
    topologyOf({ sharedWith: { accounts: ["prod", "444444444444", "222222222222"], roles: [ROLE] } }),
  ).keys;
  expect(key?.sharedWith).toEqual({
    accounts: ["222222222222", "444444444444"],
    roles: [ROLE],
    organizationalUnits: [],
    viaServices: ["ec2"],
  });
});

test("a launch grant is for Auto Scaling by default", () => {
  const [key] = resolveTopology(
    topologyOf({
      launchGrants: [
        { account: "prod" },
        { account: "prod", customSuffix: "batch" },
        { account: "platform", awsServiceName: "spot.amazonaws.com" },
      ],
    }),
  ).keys;
  expect(key?.launchGrants.map(({ account, grantee }) => [account.name, grantee])).toEqual([
    ["prod", { awsServiceName: "autoscaling.amazonaws.com" }],
    ["prod", { awsServiceName: "autoscaling.amazonaws.com", customSuffix: "batch" }],
    ["platform", { awsServiceName: "spot.amazonaws.com" }],
  ]);
});

test("all problems of a key's shares and grants are in one report", () => {
  expect(
    problemsOf({
      sharedWith: {
        accounts: ["nobody", "platform", "111111111111", "prod", "prod"],
        roles: [
          "arn:aws:sts::444444444444:assumed-role/app/session",
          "arn:aws:iam::444444444444:role/*",
          "arn:aws:iam::111111111111:role/app",
        ],
        organization: "o-a1b2c3d4e5",
        organizationalUnits: ["ou-ab12-11111111", "o-a1b2c3d4e5/r-ab12/ou-ab12-11111111"],
        viaServices: ["lambda"],
      },
      launchGrants: [
        { account: "prod" },
        { account: "prod", awsServiceName: "autoscaling.amazonaws.com" },
        { account: "desk" },
        { account: "prod", awsServiceName: "spot.amazonaws.com", customSuffix: "a" },
        { account: "prod", awsServiceName: "ec2.amazonaws.com" },
        { account: "nobody" },
      ],
    }),
  ).toEqual([
    'sharedWith.viaServices[0]: "lambda" cannot be used',
    'launchGrants[4].awsServiceName: "ec2.amazonaws.com" cannot be used',
    'sharedWith.accounts[0]: "nobody" is neither a declared account nor an account id',
    "sharedWith.accounts[1]: the account owns the key, so its IAM already decides who may use it",
    "sharedWith.accounts[2]: the account owns the key, so its IAM already decides who may use it",
    "sharedWith.accounts[4]: prod is listed twice",
    'sharedWith.roles[0]: "arn:aws:sts::444444444444:assumed-role/app/session" is not the ARN of a role',
    'sharedWith.roles[1]: "arn:aws:iam::444444444444:role/*" is not the ARN of a role',
    "sharedWith.roles[2]: the account owns the key, so its IAM already decides who may use it",
    'sharedWith.organizationalUnits[0]: "ou-ab12-11111111" is not the path of an organisational unit',
    "sharedWith.organizationalUnits[1]: the unit is in o-a1b2c3d4e5, and the key is already shared with the whole organisation",
    "launchGrants[1]: the same role is already at keys.data.launchGrants[0]",
    "launchGrants[2].account: desk has no deploy role, and the key policy must name the role that creates the grant",
    "launchGrants[3].customSuffix: the service-linked role of spot.amazonaws.com cannot have a suffix",
    'launchGrants[5].account: "nobody" is not a declared account',
  ]);
});

test("sharing a key with no principal is an error", () => {
  expect(problemsOf({ sharedWith: { accounts: [] } })).toEqual([
    "sharedWith: the key is shared with no principal",
  ]);
  expect(problemsOf({ sharedWith: { organization: "acme" } })).toEqual([
    'sharedWith.organization: "acme" is not the id of an organisation',
  ]);
});

const ids = (count: number) => Array.from({ length: count }, (_, index) => String(400_000_000_000 + index));

test("300 accounts fit into a key policy, and more are refused with the limit", () => {
  expect(problemsOf({ sharedWith: { accounts: ids(300) } })).toEqual([]);
  const [problem] = problemsOf({ sharedWith: { accounts: ids(400) } });
  expect(problem).toMatch(/^sharedWith: the key's policy would have \d{5} characters, for 400 accounts/);
});
