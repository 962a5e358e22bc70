import { autoScalingServiceLinkedRoleArn, roleArn } from "@keyferry/common";
import {
  keyPolicy,
  proofTarget,
  renderPolicy,
  runnerTrust,
  type KeyDeclaration,
  type Statement,
} from "../../policy";
import { type AccessRequest, type Documents, evaluate } from "@keyferry/evaluator";
import { keyDeclarations, runnerAccess, type Account, runnerPolicy } from "../../topology";
import { acme } from "../_helpers/topologies";

const topology = acme();
const account = (name: string) => topology.accounts.find((candidate) => candidate.name === name) as Account;
const key = (purpose: string, id: string) =>
  keyDeclarations(topology).find((k) => k.purpose === purpose && k.account === id) as KeyDeclaration;
const transit = key("transit", "111111111111");
const home = key("home", "222222222222");

function runner(name: string, role = account(name).runnerRole): AccessRequest["principal"] {
  const id = account(name).id;
  return {
    kind: "assumed-role",
    account: id,
    arn: `arn:aws:sts::${id}:assumed-role/${role}/keyferry`,
    roleArn: roleArn("aws", id, role),
  };
}

/** A request of EC2 to KMS on behalf of a principal. */
function throughEc2(
  principal: AccessRequest["principal"],
  action: string,
  on: KeyDeclaration,
): AccessRequest {
  return {
    action,
    resource: proofTarget.keyArn(on),
    resourceAccount: on.account,
    principal,
    context: {
      "kms:ViaService": `ec2.${on.region}.amazonaws.com`,
      ...(action === "kms:CreateGrant" ? { "kms:GrantIsForAWSResource": "true" } : {}),
    },
  };
}

function documents(
  name: string,
  on: KeyDeclaration,
  without: { sid?: string; side?: "key" | "role" } = {},
): Documents {
  const keep = (side: "key" | "role") => (s: Statement) => !(without.side === side && s.sid === without.sid);
  return {
    identity: [
      {
        name: "runner",
        document: renderPolicy(
          runnerPolicy(runnerAccess(topology, account(name))).filter(keep("role")),
          proofTarget,
        ),
      },
    ],
    resource: { name: "key policy", document: renderPolicy(keyPolicy(on).filter(keep("key")), proofTarget) },
  };
}

describe("a destination's copy", () => {
  const grant = throughEc2(runner("prod"), "kms:CreateGrant", transit);

  test.each([
    ["a grant on the source account's transit key", grant, transit],
    ["a grant on its home key", throughEc2(runner("prod"), "kms:CreateGrant", home), home],
    [
      "a data key under its home key",
      throughEc2(runner("prod"), "kms:GenerateDataKeyWithoutPlaintext", home),
      home,
    ],
  ])("is allowed %s", (_what, request, on) => {
    expect(evaluate(request, documents("prod", on)).allowed).toBe(true);
  });

  test("needs the source account's half of the permission, and the verdict names it if it is missing", () => {
    const verdict = evaluate(grant, documents("prod", transit, { side: "key", sid: "CopiersGrantToEbs" }));
    expect(verdict).toMatchObject({
      allowed: false,
      missing: [{ side: "resource", account: "111111111111" }],
    });
  });

  test("needs its own account's half of the permission, and the verdict names it if it is missing", () => {
    const verdict = evaluate(grant, { ...documents("prod", transit), identity: [] });
    expect(verdict).toMatchObject({
      allowed: false,
      missing: [{ side: "identity", account: "222222222222" }],
    });
  });

  test.each([
    [
      "when KMS is called directly, not through EC2",
      { ...grant, context: { "kms:GrantIsForAWSResource": "true" } },
    ],
    [
      "for something other than an AWS resource",
      { ...grant, context: { ...grant.context, "kms:GrantIsForAWSResource": "false" } },
    ],
    [
      "through another Region's EC2",
      { ...grant, context: { ...grant.context, "kms:ViaService": "ec2.us-east-1.amazonaws.com" } },
    ],
    ["by another role of the destination", { ...grant, principal: runner("prod", "developer") }],
    ["as a deletion of the key", { ...grant, action: "kms:ScheduleKeyDeletion" }],
    ["as a change of the key's policy", { ...grant, action: "kms:PutKeyPolicy" }],
  ])("is denied the transit key %s", (_how, request) => {
    expect(evaluate(request, documents("prod", transit)).allowed).toBe(false);
  });

  test("is denied another destination's home key", () => {
    expect(
      evaluate(throughEc2(runner("staging"), "kms:CreateGrant", home), documents("staging", home)).allowed,
    ).toBe(false);
  });
});

describe("the destination's Auto Scaling group", () => {
  const launcher = (id: string): AccessRequest["principal"] => ({
    kind: "assumed-role",
    account: id,
    arn: `arn:aws:sts::${id}:assumed-role/AWSServiceRoleForAutoScaling/AutoScaling`,
    roleArn: autoScalingServiceLinkedRoleArn("aws", id),
  });
  const policy = { resource: documents("prod", home).resource };

  test.each(["kms:CreateGrant", "kms:ReEncryptFrom", "kms:GenerateDataKeyWithoutPlaintext"])(
    "may %s on the home key without an identity policy",
    (action) => {
      expect(evaluate(throughEc2(launcher("222222222222"), action, home), policy).allowed).toBe(true);
    },
  );

  test("of another account may not", () => {
    expect(evaluate(throughEc2(launcher("333333333333"), "kms:CreateGrant", home), policy).allowed).toBe(
      false,
    );
  });

  test("may not if the destination launches nothing", () => {
    const staging = key("home", "333333333333");
    const verdict = evaluate(throughEc2(launcher("333333333333"), "kms:CreateGrant", staging), {
      resource: documents("staging", staging).resource,
    });
    expect(verdict.allowed).toBe(false);
  });
});

describe("the runner role", () => {
  const assume = (from: string): AccessRequest => ({
    action: "sts:AssumeRole",
    resource: roleArn("aws", "222222222222", "keyferry-acme-runner"),
    resourceAccount: "222222222222",
    principal: { kind: "user", account: from, arn: `arn:aws:iam::${from}:user/operator` },
    context: {},
  });
  const anything = { Version: "2012-10-17", Statement: [{ Effect: "Allow", Action: "*", Resource: "*" }] };
  const trust = {
    identity: [{ name: "operator", document: anything }],
    resource: {
      name: "trust",
      document: renderPolicy(runnerTrust(runnerAccess(topology, account("prod"))), proofTarget),
    },
  };

  test("may be assumed from the operator account", () => {
    expect(evaluate(assume("111111111111"), trust).allowed).toBe(true);
  });

  test("may not be assumed from another account, its own included", () => {
    expect(evaluate(assume("333333333333"), trust).allowed).toBe(false);
    expect(evaluate(assume("222222222222"), trust).allowed).toBe(false);
  });
});
