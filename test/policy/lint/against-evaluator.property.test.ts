import fc from "../../_helpers/fast-check";
import { type AccessRequest, evaluate, type RequestPrincipal } from "@keyferry/evaluator";
import { lintReport } from "../../../policy/lint";
import { dice, type Dice } from "../../../packages/evaluator/test/dice";

/** The findings on generated key policies agree with the evaluator's decisions about requests of every possible caller. */

const OWNER = "111111111111";
const OTHER = "222222222222";
const KEY = `arn:aws:kms:eu-west-1:${OWNER}:key/1234abcd-12ab-34cd-56ef-1234567890ab`;
const THROUGH_EC2 = { "kms:ViaService": "ec2.eu-west-1.amazonaws.com" };
const IAM = {
  name: "IAM",
  document: { Version: "2012-10-17", Statement: [{ Effect: "Allow", Action: "*", Resource: "*" }] },
};

const session = (account: string, role: string): RequestPrincipal => ({
  kind: "assumed-role",
  account,
  arn: `arn:aws:sts::${account}:assumed-role/${role}/s`,
  roleArn: `arn:aws:iam::${account}:role/${role}`,
});
const EVERYBODY = [OWNER, OTHER].flatMap((account) => [
  session(account, "app"),
  session(account, "unheard-of"),
]);

const NAMES = ["*", OWNER, `arn:aws:iam::${OTHER}:root`].concat(
  [OWNER, OTHER].map((account) => `arn:aws:iam::${account}:role/app`),
);
const ACTIONS = ["kms:*", "kms:Decrypt", "kms:CreateGrant", "kms:Put*", "kms:ReEncrypt*"];
const CONDITIONS = [
  undefined,
  undefined,
  { StringEquals: { "kms:CallerAccount": OWNER } },
  { StringEquals: THROUGH_EC2 },
  { Bool: { "kms:GrantIsForAWSResource": "true" } },
  { ArnEquals: { "aws:PrincipalArn": `arn:aws:iam::${OTHER}:role/app` } },
];

function statement(roll: Dice): object {
  const Condition = roll.one(CONDITIONS);
  return {
    Effect: roll.oneIn(5) ? "Deny" : "Allow",
    Principal: { AWS: roll.some(NAMES, 1, 2) },
    Action: roll.some(ACTIONS, 1, 3),
    Resource: roll.one(["*", "*", `arn:aws:kms:*:${OWNER}:key/*`, "arn:aws:s3:::images"]),
    ...(Condition === undefined ? {} : { Condition }),
  };
}

interface Asked {
  readonly verdicts: Readonly<Record<string, string>>;
  readonly allows: (
    principal: RequestPrincipal,
    action: string,
    context?: AccessRequest["context"],
  ) => boolean;
}

function inEveryPolicy(holds: (asked: Asked) => boolean): void {
  fc.assert(
    fc.property(fc.integer(), (seed) => {
      const roll = dice(seed);
      const document = { Version: "2012-10-17", Statement: roll.many(1, 4, () => statement(roll)) };
      const { verdicts } = lintReport({ kind: "key", document, context: { keyArn: KEY } });
      const resource = { name: "key policy", document };
      const allows: Asked["allows"] = (principal, action, context = {}) =>
        evaluate(
          { action, resource: KEY, resourceAccount: OWNER, principal, context },
          { identity: [IAM], resource },
        ).allowed;
      if (!holds({ verdicts, allows })) throw new Error(JSON.stringify(document, undefined, 1));
    }),
    { numRuns: 1_500 },
  );
}

test("key-lockout fails exactly when no principal of the owner may change the policy", () => {
  inEveryPolicy(({ verdicts, allows }) => {
    const owners = EVERYBODY.filter(({ account }) => account === OWNER);
    return (verdicts["key-lockout"] === "pass") === owners.some((owner) => allows(owner, "kms:PutKeyPolicy"));
  });
});

test("volumes-without-create-grant fails only when a caller may use the key through EC2 but not create the grant", () => {
  inEveryPolicy(({ verdicts, allows }) => {
    if (verdicts["volumes-without-create-grant"] !== "fail") return true;
    const uses = ["kms:Decrypt", "kms:ReEncryptFrom"];
    const forAws = { ...THROUGH_EC2, "kms:GrantIsForAWSResource": "true" };
    return EVERYBODY.some(
      (caller) =>
        uses.some((action) => allows(caller, action, THROUGH_EC2)) &&
        !allows(caller, "kms:CreateGrant", forAws),
    );
  });
});
