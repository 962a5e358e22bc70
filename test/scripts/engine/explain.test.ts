import { AwsCallError } from "../../../scripts/aws";
import { explain, type Explanation } from "../../../scripts/engine/explain";
import type { PolicyDocument } from "../../../policy";
import { Stage, TWO_ACCOUNTS } from "../fake-aws/stage";

const PROD_ROLE = "222222222222 keyferry-acme-runner";

function only<T>(items: readonly T[]): T {
  const [item] = items;
  if (item === undefined) throw new TypeError("none");
  return item;
}

/** Runs until the copy into `prod` has failed; what was said about it. */
async function failureInProd(stage: Stage): Promise<Explanation> {
  expect((await stage.run()).state).toBe("failed");
  const failed = stage.events.flatMap((event) => (event.code === "TaskFailed" ? [event] : []));
  expect(failed.map((event) => event.task)).toEqual(["web/final/prod/eu-central-1"]);
  return only(failed).explanation;
}

function without(document: PolicyDocument, sid: string): PolicyDocument {
  return { ...document, Statement: document.Statement.filter((statement) => statement.Sid !== sid) };
}

describe("a copy that fails with `Given key ID is not accessible`", () => {
  const transitOf = (stage: Stage) => stage.keyArn(stage.source, "alias/keyferry/acme/transit");

  it("says which statement the source account must add to which key's policy", async () => {
    const stage = new Stage({
      ...TWO_ACCOUNTS,
      images: {
        web: { ...TWO_ACCOUNTS.images["web"], to: [{ account: "prod", regions: ["eu-central-1"] }] },
      },
    });
    const key = stage.cloud.keys.get(transitOf(stage));
    if (key === undefined) throw new TypeError("no key");
    key.policy = without(key.policy, "CopiersGrantToEbs");
    const explanation = await failureInProd(stage);
    expect(explanation.reason).toContain("Given key ID is not accessible");
    expect(explanation.fixes[0]).toBe(
      `account 111111111111 must add kms:CreateGrant for arn:aws:iam::222222222222:role/keyferry-acme-runner to the policy of key ${transitOf(stage)}`,
    );
  });

  it("says what the destination account must add to which role", async () => {
    const stage = new Stage();
    const [policy] = stage.cloud.rolePolicies.get(PROD_ROLE) ?? [];
    const document = without(JSON.parse(policy?.document ?? "{}") as PolicyDocument, "GrantToEbs");
    stage.cloud.rolePolicies.set(PROD_ROLE, [{ name: "runner", document: JSON.stringify(document) }]);
    const explanation = await failureInProd(stage);
    expect(explanation.fixes).toContain(
      `account 222222222222 must add kms:CreateGrant on ${transitOf(stage)} to role keyferry-acme-runner`,
    );
    expect(explanation.fixes.join()).not.toContain("account 111111111111 must");
  });

  it("says that a key is disabled, and in whose account", async () => {
    const stage = new Stage();
    const home = stage.keyArn(stage.place("prod", "eu-central-1"), "alias/keyferry/acme/home");
    const key = stage.cloud.keys.get(home);
    const explanation = await (async () => {
      const run = stage.run({
        listener: (event) => {
          if (event.code === "CopyStarted" && key !== undefined) key.state = "Disabled";
        },
      });
      await run;
      return only(stage.events.flatMap((event) => (event.code === "TaskFailed" ? [event.explanation] : [])));
    })();
    expect(explanation.fixes[0]).toBe(`account 222222222222 must enable the key ${home}: it is Disabled`);
  });

  it("names the statement that denies", async () => {
    const stage = new Stage();
    const key = stage.cloud.keys.get(
      stage.keyArn(stage.place("prod", "eu-central-1"), "alias/keyferry/acme/home"),
    );
    if (key === undefined) throw new TypeError("no key");
    const deny = {
      Sid: "Freeze",
      Effect: "Deny" as const,
      Principal: "*" as const,
      Action: ["kms:CreateGrant"],
      Resource: ["*"],
    };
    key.policy = { ...key.policy, Statement: [...key.policy.Statement, deny] };
    const explanation = await failureInProd(stage);
    expect(explanation.fixes[0]).toContain("denied by statement Freeze");
  });
});

describe("an answer of AWS", () => {
  const answer = (operation: string, code: string, message: string) =>
    new AwsCallError(
      { operation, account: "222222222222", region: "eu-central-1" },
      { code, message, requestId: "r-1", transient: false },
    );
  const context = { topology: new Stage().topology, aws: new Stage().cloud.access() };

  it.each([
    [
      "CopyImage",
      "InvalidRequest",
      "You do not have permission to access the storage of this ami",
      "one of its snapshots is not",
    ],
    [
      "ModifyImageAttribute",
      "InvalidParameter",
      "Snapshots encrypted with the AWS Managed CMK can't be shared.",
      "AWS managed key",
    ],
    [
      "CopyImage",
      "InvalidAMIName.Duplicate",
      "AMI name web is already in use",
      "222222222222 has another image of this name",
    ],
    [
      "AssumeRole arn:aws:iam::222222222222:role/r",
      "AccessDenied",
      "not authorized",
      "runner role does not exist",
    ],
    ["CopyImage", "UnauthorizedOperation", "You are not authorized", "lacks this permission"],
    ["DescribeImages", "ExpiredToken", "expired", "credentials have ended"],
    ["CopyImage", "ResourceLimitExceeded", "Too many", "quota of copies in progress in eu-central-1"],
  ])("%s: %s (%s) is explained", async (operation, code, message, cause) => {
    const explanation = await explain(context, answer(operation, code, message));
    expect(explanation.cause).toContain(cause);
    expect(explanation.fixes).toHaveLength(1);
    expect(explanation.reason).toContain(message);
  });

  it("that is not known keeps AWS's text whole, with its request id", async () => {
    const explanation = await explain(context, answer("CopyImage", "Strange", "Nobody has seen this before"));
    expect(explanation.cause).toBeUndefined();
    expect(explanation.reason).toBe(
      "CopyImage in 222222222222 eu-central-1: Strange: Nobody has seen this before (request id r-1)",
    );
  });
});
