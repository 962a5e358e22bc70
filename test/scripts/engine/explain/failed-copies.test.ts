import { CopyFailedError } from "../../../../scripts/engine/errors";
import { explain, type Explanation } from "../../../../scripts/engine/explain";
import type { PolicyDocument } from "../../../../policy";
import { Stage, TWO_ACCOUNTS } from "../../fake-aws/stage";

const PROD_ROLE = "222222222222 keyferry-acme-runner";

function only<T>(items: readonly T[]): T {
  const [item] = items;
  if (item === undefined) throw new TypeError("none");
  return item;
}

/** Runs until the copy into `prod` has failed, and returns its explanation. */
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

  it("names the statement that the source account must add, and the key policy", async () => {
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

  it("names the permission that the destination account must add, and the role", async () => {
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

  it("reports that a key is disabled, and in which account", async () => {
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
    expect(explanation.cause).toBe("the key is not usable in its current state");
    expect(explanation.fixes).toEqual([`account 222222222222 must enable the key ${home}: it is Disabled`]);
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

describe("a copy that fails for another reason", () => {
  const failed = (reason: string) => {
    const stage = new Stage();
    const rule = only(stage.topology.rules);
    const node = {
      id: "web/final/prod/eu-central-1" as const,
      rule,
      role: "final" as const,
      place: stage.place("prod", "eu-central-1"),
      keyAlias: "alias/keyferry/acme/home",
      madeFrom: { kind: "source" as const },
      tags: {},
      copyName: "web-1",
    };
    const copy = { node, imageId: "ami-1", reason, keyArn: "", from: stage.source, sourceKeyArns: [] };
    return explain({ topology: stage.topology, aws: stage.cloud.access() }, new CopyFailedError(copy));
  };

  it.each([
    ["Source snapshot is not found", "was deleted, or its share was withdrawn", "111111111111"],
    ["Source snapshot ID is not valid", "was deleted, or its share was withdrawn", "111111111111"],
    ["arn:aws:kms:eu-central-1:222222222222:key/1 is pending deletion.", "cannot be used", "222222222222"],
    ["Copy image failed with an internal error", "one of the image's snapshots", "222222222222"],
  ])("%s is explained", async (reason, cause, account) => {
    const explanation = await failed(reason);
    expect(explanation.reason).toBe(`ami-1 in 222222222222 eu-central-1 failed: ${reason}`);
    expect(explanation.cause).toContain(cause);
    expect(explanation.account).toBe(account);
  });

  it("with an unknown message keeps the full message", async () => {
    const explanation = await failed("Nobody has seen this before");
    expect(explanation.reason).toContain("Nobody has seen this before");
    expect(explanation.cause).toBeUndefined();
    expect(explanation.fixes).toHaveLength(1);
  });
});
