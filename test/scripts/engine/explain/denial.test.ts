import { AwsCallError } from "../../../../scripts/aws";
import { explain } from "../../../../scripts/engine/explain";
import { readDenial } from "../../../../scripts/engine/explain/denial";
import type { PolicyDocument } from "../../../../policy";
import { Stage } from "../../fake-aws/stage";

const RUNNER = "arn:aws:sts::222222222222:assumed-role/keyferry-acme-runner/keyferry-1";
const IMAGE = "arn:aws:ec2:eu-central-1::image/ami-0123456789abcdef0";
const EC2 = "You are not authorized to perform this operation. ";

const denied = (tail: string, action = "ec2:CopyImage", resource = IMAGE, who = RUNNER) =>
  `User: ${who} is not authorized to perform: ${action} on resource: ${resource}${tail}`;

function error(message: string, code = "UnauthorizedOperation"): AwsCallError {
  const site = { operation: "CopyImage", account: "222222222222", region: "eu-central-1" };
  return new AwsCallError(site, { code, message, requestId: "r-1", transient: false });
}

function contextOf(stage: Stage) {
  return { topology: stage.topology, aws: stage.cloud.access() };
}

/** The stage with the runner's policy in `prod` changed. */
function withPolicy(change: (policy: PolicyDocument) => object): Stage {
  const stage = new Stage();
  const role = "222222222222 keyferry-acme-runner";
  const [policy] = stage.cloud.rolePolicies.get(role) ?? [];
  const document = change(JSON.parse(policy?.document ?? "{}") as PolicyDocument);
  stage.cloud.rolePolicies.set(role, [{ name: "runner", document: JSON.stringify(document) }]);
  return stage;
}

describe("a denial of AWS is parsed:", () => {
  it.each([
    [
      `${EC2}${denied(" because no identity-based policy allows the ec2:CopyImage action. Encoded authorization failure message: x")}`,
      "missing",
      "identity-based policy",
    ],
    [
      denied(" because no resource-based policy allows the kms:CreateGrant action", "kms:CreateGrant"),
      "missing",
      "resource-based policy",
    ],
    [
      denied(" because no permissions boundary allows the ec2:CopyImage action"),
      "missing",
      "permissions boundary",
    ],
    [denied(" because no session policy allows the ec2:CopyImage action"), "missing", "session policy"],
    [
      denied(" because no service control policy allows the ec2:CopyImage action"),
      "missing",
      "service control policy",
    ],
    [denied(" with an explicit deny in a service control policy"), "denied", "service control policy"],
    [denied(" with an explicit deny in a resource control policy"), "denied", "resource control policy"],
    [denied(" with an explicit deny in an identity-based policy"), "denied", "identity-based policy"],
    [denied(" with an explicit deny in a VPC endpoint policy"), "denied", "VPC endpoint policy"],
    [denied(""), undefined, undefined],
  ])("%s", (message, reason, policy) => {
    expect(readDenial(message)).toMatchObject({ principal: RUNNER, resource: IMAGE });
    expect([readDenial(message)?.reason, readDenial(message)?.policy]).toEqual([reason, policy]);
  });

  it("an action without a resource", () => {
    const message = `${EC2}User: ${RUNNER} is not authorized to perform: ec2:DescribeImages because no identity-based policy allows the ec2:DescribeImages action`;
    expect(readDenial(message)).toEqual({
      principal: RUNNER,
      action: "ec2:DescribeImages",
      reason: "missing",
      policy: "identity-based policy",
    });
  });

  it.each(["this resource", "the resource associated with this ciphertext"])(
    "with KMS's message that does not say whether the key exists, for %s",
    (named) => {
      const tail =
        "the resource does not exist in this Region, no resource-based policies allow access, or a resource-based policy explicitly denies access";
      const message = `User: ${RUNNER} is not authorized to perform: kms:Decrypt on ${named} because ${tail}`;
      expect(readDenial(message)).toEqual({ principal: RUNNER, action: "kms:Decrypt", reason: "withheld" });
    },
  );

  it("a message that is not a denial is not", () => {
    expect(readDenial("You are not authorized to perform this operation.")).toBeUndefined();
  });
});

describe("a denied call is explained", () => {
  const missing = error(
    `${EC2}${denied(" because no identity-based policy allows the ec2:CopyImage action")}`,
  );

  it("with the statement that the role lacks, and the account that must add it", async () => {
    const stage = withPolicy((policy) => ({
      ...policy,
      Statement: policy.Statement.filter(({ Sid }) => Sid !== "CopyImages"),
    }));
    const explanation = await explain(contextOf(stage), missing);
    expect(explanation.reason).toContain("request id r-1");
    expect(explanation.cause).toContain("lacks the foundation's statement CopyImages");
    expect(explanation.fixes[0]).toContain("account 222222222222 must allow ec2:CopyImage");
    expect(explanation.fixes.at(-1)).toContain("npx keyferry deploy 'foundation-*'");
    expect(explanation.account).toBe("222222222222");
  });

  it("with the statements that the topology gives the role, and no other statement that allows the same action", async () => {
    const stage = withPolicy((policy) => ({
      ...policy,
      Statement: policy.Statement.filter(({ Sid }) => Sid !== "GrantToEbs"),
    }));
    const key = "arn:aws:kms:eu-central-1:222222222222:key/1";
    const tail = " because no identity-based policy allows the kms:CreateGrant action";
    const explanation = await explain(
      contextOf(stage),
      error(denied(tail, "kms:CreateGrant", key), "AccessDeniedException"),
    );
    expect(explanation.cause).toMatch(/lacks the foundation's statement GrantToEbs$/);
    expect(explanation.fixes.at(-1)).not.toContain("GrantToRds");
  });

  it("with the statement that denies it", async () => {
    const stage = withPolicy((policy) => ({
      ...policy,
      Statement: [...policy.Statement, { Sid: "Freeze", Effect: "Deny", Action: "ec2:*", Resource: "*" }],
    }));
    const explanation = await explain(
      contextOf(stage),
      error(denied(" with an explicit deny in an identity-based policy")),
    );
    expect(explanation.cause).toContain("denied by statement Freeze of policy runner");
  });

  it("as a cause outside the role if the role's policies allow it", async () => {
    const explanation = await explain(contextOf(new Stage()), missing);
    expect(explanation.cause).toContain("allow ec2:CopyImage now");
  });

  it("with the key's owner as the account to act if the key policy does not allow the caller", async () => {
    const key = "arn:aws:kms:eu-west-1:111111111111:key/1";
    const explanation = await explain(
      contextOf(new Stage()),
      error(
        denied(" because no resource-based policy allows the kms:DescribeKey action", "kms:DescribeKey", key),
        "AccessDeniedException",
      ),
    );
    expect(explanation.fixes).toEqual([
      `account 111111111111 must let role keyferry-acme-runner of 222222222222 in by the policy of ${key}`,
    ]);
    expect(explanation.account).toBe("111111111111");
  });

  it("with the organisation as the owner of its policies, and no account of the topology", async () => {
    const explanation = await explain(
      contextOf(new Stage()),
      error(denied(" with an explicit deny in a service control policy")),
    );
    expect(explanation.cause).toBe("ec2:CopyImage is forbidden by a service control policy");
    expect(explanation.fixes[0]).toContain("management account");
    expect(explanation.account).toBeUndefined();
  });

  it("with every possible cause if KMS does not say whether the key exists", async () => {
    const message = `User: ${RUNNER} is not authorized to perform: kms:CreateGrant on this resource because the resource does not exist in this Region, no resource-based policies allow access, or a resource-based policy explicitly denies access`;
    const explanation = await explain(contextOf(new Stage()), error(message, "AccessDeniedException"));
    expect(explanation.cause).toContain("policy of the key does not let role keyferry-acme-runner");
    expect(explanation.others?.map(({ cause }) => cause)).toEqual([
      expect.stringContaining("does not exist in the Region"),
      expect.stringContaining("denies kms:CreateGrant"),
    ]);
    expect(explanation.distinguish).toContain("aws kms describe-key");
    expect(JSON.stringify(explanation)).not.toContain("on *");
  });

  it("also as a possible explicit deny if AWS names no policy", async () => {
    const explanation = await explain(
      contextOf(new Stage()),
      error(
        denied(
          "",
          "kms:Decrypt",
          "arn:aws:kms:eu-west-1:111111111111:key/1",
          "arn:aws:iam::222222222222:user/x",
        ),
      ),
    );
    expect(explanation.cause).toContain("is not allowed by any policy");
    expect(explanation.others?.[0]?.cause).toContain("a statement denies kms:Decrypt");
    expect(explanation.distinguish).toContain("simulate-principal-policy");
  });

  it("with the conditions of a statement that AWS's message does not contain", async () => {
    const snapshot = "arn:aws:ec2:eu-west-1::snapshot/snap-0123456789abcdef0";
    const source = RUNNER.replace("222222222222", "111111111111");
    const call = denied(
      " because no identity-based policy allows the ec2:ModifySnapshotAttribute action",
      "ec2:ModifySnapshotAttribute",
      snapshot,
      source,
    );
    const explanation = await explain(contextOf(new Stage()), error(call));
    expect(explanation.cause).toContain("only under the conditions of statement ShareSnapshots");
    expect(explanation.fixes[0]).toContain("CloudTrail of account 111111111111");
  });
});
