import type { AccessRequest } from "@keyferry/evaluator";
import { deployPolicy, keyPolicy, proofTarget, renderPolicy, type PolicyDocument } from "../../policy";
import { DEPLOY_REKEY_ROWS } from "../../policy/deploy-rekey-rows";
import { callOf, sessionOf, type ProofCall, type ProofDocuments } from "../../policy/proof";
import { mutations } from "../../policy/proof/mutations";
import { firstRefused } from "../_helpers/first-refused";
import { judgeCall } from "../../policy/proof";

/** The calls of `keyferry keys rekey` with the deploy role of an account, and calls that its rows must not allow. */

const OWNER = "111111111111";
const ACCOUNT = "222222222222";
const REGION = "eu-west-1";
const OWN_KEY = `arn:aws:kms:${REGION}:${ACCOUNT}:key/own`;
const OTHERS_KEY = `arn:aws:kms:${REGION}:${OWNER}:key/named`;
const UNNAMED_KEY = `arn:aws:kms:${REGION}:${OWNER}:key/unnamed`;
const IMAGE = `arn:aws:ec2:${REGION}::image/ami-1`;
const SNAPSHOT = `arn:aws:ec2:${REGION}::snapshot/snap-1`;
const VOLUME = `arn:aws:ec2:${REGION}:${ACCOUNT}:volume/vol-1`;
const LEASE = `arn:aws:ssm:${REGION}:${ACCOUNT}:parameter/keyferry/acme/keys/app-data/lease`;
const PARAMETER = `arn:aws:ssm:${REGION}:${ACCOUNT}:parameter/images/web`;

const access = {
  ...{ topology: "acme", partition: "aws", account: ACCOUNT, operatorAccount: OWNER, runnerRole: "runner" },
  ...{ ebsDefaults: false, launches: false, deletesKeys: false, rekeys: { keyArns: [OTHERS_KEY] } },
};
const caller = { principal: sessionOf("aws", ACCOUNT, "keyferry-deploy"), partition: "aws", region: REGION };
type Context = Readonly<Record<string, string | readonly string[]>>;
const call = (action: string, resource: string, context: Context = {}): ProofCall =>
  callOf(caller, "rekey", action, resource, {
    context: context as never,
    resourceAccount: resource.includes(OWNER) ? OWNER : ACCOUNT,
  });

const BY = { "aws:ResourceTag/keyferry:rekeyed-by": "acme" };
const REPLACED = { "aws:ResourceTag/keyferry:replaced-by": "ami-2" };
const made = (by: string): Context => ({
  "ec2:CreateAction": by,
  "aws:RequestTag/keyferry:rekeyed-by": "acme",
  "aws:TagKeys": ["keyferry:rekeyed-by", "keyferry:rekeyed-from"],
});
const MARK = { "aws:TagKeys": ["keyferry:replaced-by"] };
const OWN_TAGS = { ...BY, "aws:TagKeys": ["team"] };
const OVERWRITE = { "ssm:Overwrite": "true" };
const VIA = { "kms:ViaService": `ec2.${REGION}.amazonaws.com` };
const OURS = { ...VIA, "aws:ResourceTag/keyferry:topology": "acme" };
const FOR_AWS = { "kms:GrantIsForAWSResource": "true" };
const USES = ["kms:Decrypt", "kms:GenerateDataKeyWithoutPlaintext", "kms:ReEncryptFrom", "kms:ReEncryptTo"];
const LOOKS = [
  "DescribeFleets",
  "DescribeImageAttribute",
  "DescribeImageReferences",
  "DescribeSnapshotAttribute",
];

const NEEDED: readonly ProofCall[] = [
  ...[IMAGE, SNAPSHOT].map((on) => call("ec2:CopyImage", on)),
  call("ec2:CopySnapshot", SNAPSHOT),
  ...[IMAGE, SNAPSHOT].map((on) => call("ec2:CreateTags", on, made("CopyImage"))),
  call("ec2:CreateTags", SNAPSHOT, made("CopySnapshot")),
  ...["EnableImageDeprecation", "EnableImageDeregistrationProtection", "ModifyImageAttribute"].map((action) =>
    call(`ec2:${action}`, IMAGE, BY),
  ),
  call("ec2:ModifySnapshotAttribute", SNAPSHOT, BY),
  call("ec2:CreateTags", SNAPSHOT, OWN_TAGS),
  ...[IMAGE, SNAPSHOT].map((on) => call("ec2:CreateTags", on, MARK)),
  ...[REPLACED, BY].flatMap((tags) => [
    call("ec2:DeregisterImage", IMAGE, tags),
    call("ec2:DeleteSnapshot", SNAPSHOT, tags),
  ]),
  ...LOOKS.map((action) => call(`ec2:${action}`, "*")),
  ...["AddTagsToResource", "DeleteParameter", "GetParameters", "PutParameter"].map((action) =>
    call(`ssm:${action}`, LEASE),
  ),
  call("ssm:PutParameter", PARAMETER, OVERWRITE),
  call("kms:CreateGrant", OWN_KEY, { ...OURS, ...FOR_AWS }),
  ...USES.map((action) => call(action, OWN_KEY, OURS)),
  call("kms:CreateGrant", OTHERS_KEY, { ...VIA, ...FOR_AWS }),
  ...[...USES, "kms:DescribeKey"].map((action) => call(action, OTHERS_KEY, VIA)),
];

const OTHER_TAG = { "aws:ResourceTag/keyferry:rekeyed-by": "another" };
const ANY_CONTEXT: readonly Context[] = [
  {},
  BY,
  REPLACED,
  OWN_TAGS,
  MARK,
  made("CopyImage"),
  made("CopySnapshot"),
];
const REFUSED: readonly ProofCall[] = [
  // Other actions, and the same actions on other resources.
  ...ANY_CONTEXT.flatMap((context) => [
    call("ec2:RunInstances", IMAGE, context),
    ...["CopyImage", "CopySnapshot", "CreateTags", "ModifySnapshotAttribute", "DeleteSnapshot"].map(
      (action) => call(`ec2:${action}`, VOLUME, context),
    ),
  ]),
  call("ec2:StopInstances", "*"),
  call("ssm:GetParameterHistory", LEASE),
  call("ssm:GetParameterHistory", PARAMETER, OVERWRITE),
  call("ssm:DeleteParameter", PARAMETER),
  call("ssm:PutParameter", `arn:aws:ssm:${REGION}:${OWNER}:parameter/images/web`, OVERWRITE),
  // Tags: in another creating call, for another topology, lineage tags, on a resource that is not a copy, and without tag keys.
  call("ec2:CreateTags", IMAGE, made("RegisterImage")),
  call("ec2:CreateTags", IMAGE, { ...made("CopyImage"), "aws:RequestTag/keyferry:rekeyed-by": "another" }),
  call("ec2:CreateTags", SNAPSHOT, { ...OWN_TAGS, "aws:TagKeys": ["keyferry:node"] }),
  call("ec2:CreateTags", SNAPSHOT, { "aws:TagKeys": ["team"] }),
  call("ec2:CreateTags", SNAPSHOT, { ...BY }),
  call("ec2:CreateTags", SNAPSHOT),
  call("ec2:CreateTags", IMAGE, OWN_TAGS),
  ...[IMAGE, SNAPSHOT].map((on) => call("ec2:DeleteTags", on, OWN_TAGS)),
  // Resources that are neither Keyferry's copies nor replaced.
  ...["EnableImageDeprecation", "ModifyImageAttribute", "DeregisterImage"].flatMap((action) =>
    [{}, OTHER_TAG].map((tags) => call(`ec2:${action}`, IMAGE, tags)),
  ),
  call("ec2:DeleteSnapshot", SNAPSHOT),
  call("ssm:PutParameter", PARAMETER),
  // Keys: direct calls, through another service, for a person, keys of others, and changes of keys.
  ...[{ ...OURS, ...FOR_AWS }].flatMap(({ "kms:ViaService": via, ...rest }) => [
    call("kms:CreateGrant", OWN_KEY, rest),
    call("kms:CreateGrant", OWN_KEY, { ...rest, "kms:ViaService": via.replace("ec2", "rds") }),
    call("kms:Decrypt", OWN_KEY, rest),
    call("kms:PutKeyPolicy", OWN_KEY, { ...rest, "kms:ViaService": via }),
  ]),
  call("kms:CreateGrant", OWN_KEY, OURS),
  call("kms:CreateGrant", OWN_KEY, { ...VIA, ...FOR_AWS }),
  call("kms:Decrypt", OWN_KEY, VIA),
  ...["kms:CreateGrant", "kms:Decrypt"].map((action) => call(action, UNNAMED_KEY, { ...OURS, ...FOR_AWS })),
];

const document = (statements: ReturnType<typeof deployPolicy>): PolicyDocument =>
  renderPolicy(statements, proofTarget);
const ofRekey = new Set(DEPLOY_REKEY_ROWS.map(({ id }) => id));
const policy = document(deployPolicy(access).filter(({ sid }) => ofRekey.has(sid)));

const keyOf = (account: string, shares: boolean) =>
  document(
    keyPolicy({
      ...{ partition: "aws", account, region: REGION, copiers: [], launches: false },
      ...(shares
        ? {
            shares: {
              accounts: [ACCOUNT],
              roles: [],
              organizationalUnits: [],
              viaServices: ["ec2"] as const,
            },
          }
        : {}),
    }),
  );

function documentsWith(identity: PolicyDocument): ProofDocuments {
  const named = (name: string, text: PolicyDocument) => ({ name, document: text });
  return {
    assumptions: [],
    keys: new Map([
      [OWN_KEY, named("own", keyOf(ACCOUNT, false))],
      [OTHERS_KEY, named("others", keyOf(OWNER, true))],
      [UNNAMED_KEY, named("unnamed", keyOf(OWNER, true))],
    ]),
    roles: new Map([
      [`arn:aws:iam::${ACCOUNT}:role/keyferry-deploy`, { identity: [named("deploy", identity)] }],
    ]),
  };
}

const leaks = (documents: ProofDocuments): readonly AccessRequest[] =>
  REFUSED.filter((one) => judgeCall(one, documents).allowed).map(({ request }) => request);

test("the rows of rekey allow all its calls, and none of the calls that it must not make", () => {
  const documents = documentsWith(policy);
  expect(firstRefused(NEEDED, documents)?.request).toBeUndefined();
  expect(leaks(documents)).toEqual([]);
});

/** Mutations without an effect, each with its reason. */
const EXPLAINED: readonly (readonly [mutation: string, why: string])[] = [
  ...[
    "GrantToEbsForRekeyUnderOthersKeys with Action kms:*",
    "GrantToEbsForRekeyUnderOthersKeys without the condition Bool kms:GrantIsForAWSResource",
    "GrantToEbsForRekeyUnderOthersKeys without the condition StringLike kms:ViaService",
    "UseOthersKeysForRekey with Action kms:*",
    "UseOthersKeysForRekey without the condition StringLike kms:ViaService",
  ].map((mutation) => [mutation, "the key policy of the owner has the same limit"] as const),
  [
    'MoveImageParameters with Resource "*"',
    "no parameter of another account allows other accounts to write it",
  ],
];

test("every mutation of every row of rekey is noticed, except those that change nothing", () => {
  const survivors = mutations(policy)
    .filter(({ kind, document: mutated }) => {
      const documents = documentsWith(mutated);
      return kind === "narrowed"
        ? firstRefused(NEEDED, documents) === undefined
        : leaks(documents).length === 0;
    })
    .map(({ row, what }) => `${row} ${what}`);
  expect(survivors.sort()).toEqual(EXPLAINED.map(([mutation]) => mutation).sort());
});
