import {
  at,
  bucket,
  identity,
  key,
  keyUse,
  onKey,
  OWNER,
  policy,
  ROOT,
  trust,
  type RuleCase,
} from "./shapes";

const statement = { Effect: "Allow", Action: "kms:Decrypt", Resource: "*" };

/** `count` statements of about 500 characters each. */
function long(kind: "key" | "identity" | "trust" | "bucket", count: number) {
  return policy(kind, ...Array.from({ length: count }, () => ({ ...statement, Sid: "S".repeat(450) })));
}

export const DOCUMENT_CASES: readonly RuleCase[] = [
  {
    rule: "malformed-json",
    fails: [
      at({ document: "{" }, ""),
      at({ document: "" }, ""),
      at({ document: '{"Version": “2012-10-17”}' }, ""),
    ],
    passes: [{ document: JSON.stringify(onKey("kms:Decrypt").document) }, onKey("kms:Decrypt")],
  },
  {
    rule: "malformed-policy",
    fails: [
      at({ document: [] }, ""),
      at({ document: { Version: "2012-10-17", Statement: [] } }, ""),
      at(identity({ Effect: "allow", Action: "kms:Decrypt", Resource: "*" }), "Statement[0].Effect"),
      at(
        onKey("kms:Decrypt", { Condition: { StringIs: { "aws:PrincipalOrgID": "o-1" } } }),
        "Statement[0].Condition",
      ),
    ],
    passes: [onKey("kms:Decrypt"), key(), policy("key", { Effect: "Allow", Principal: "*", Resource: "*" })],
    silent: [{ document: "{" }],
  },
  {
    rule: "duplicate-element",
    fails: [
      at(
        {
          document: '{"Statement": [{"Action": "kms:Decrypt", "Effect": "Allow", "Action": "kms:Encrypt"}]}',
        },
        "Statement[0].Action",
      ),
    ],
    passes: [{ document: '{"Statement": [{"Action": "kms:Decrypt"}, {"Action": "kms:Decrypt"}]}' }],
  },
  {
    rule: "dash-or-curly-quote",
    fails: [
      at(keyUse({ AWS: `${ROOT}”` }), "Statement[1].Principal.AWS"),
      at(bucket({ Resource: "arn:aws:s3:::images–eu/*" }), "Statement[0].Resource"),
      at(
        onKey("kms:Decrypt", { Condition: { StringEquals: { "aws:PrincipalOrgID—": "o-1" } } }),
        "Statement[0].Condition.StringEquals.aws:PrincipalOrgID—",
      ),
    ],
    passes: [keyUse({ AWS: ROOT }), bucket({ Resource: "arn:aws:s3:::images-eu/*" })],
  },
  {
    rule: "unsupported-character",
    fails: [at(identity({ ...statement, Resource: "arn:aws:s3:::картинки/*" }), "Statement[0].Resource")],
    passes: [identity({ ...statement, Resource: "arn:aws:s3:::äöü/*" })],
    silent: [bucket({ Resource: "arn:aws:s3:::images/картинки/*" })],
  },
  {
    rule: "policy-version",
    fails: [
      at({ document: { Statement: [statement] } }, ""),
      at({ document: { Version: "2008-10-17", Statement: [statement] } }, "Version"),
    ],
    passes: [identity(statement)],
    silent: [{ document: [statement] }],
  },
  {
    rule: "policy-size",
    fails: [
      at(long("key", 66), ""),
      at(long("identity", 13), ""),
      at({ ...long("identity", 21), context: { inline: true } }, ""),
      at(long("trust", 5), ""),
      at(long("bucket", 42), ""),
    ],
    passes: [
      long("key", 60),
      long("identity", 11),
      { ...long("identity", 19), context: { inline: true } },
      long("trust", 3),
      long("bucket", 38),
    ],
  },
  {
    rule: "sid-characters",
    fails: [
      at(identity({ ...statement, Sid: "Allow use of the key" }), "Statement[0].Sid"),
      at(trust({ Principal: { AWS: ROOT }, Sid: "may-run" }), "Statement[0].Sid"),
    ],
    passes: [identity({ ...statement, Sid: "AllowUse2" })],
    silent: [keyUse({ AWS: ROOT }, { Sid: "Allow use of the key" })],
  },
  {
    rule: "duplicate-sid",
    fails: [at(identity({ ...statement, Sid: "A" }, { ...statement, Sid: "A" }), "Statement[1].Sid")],
    passes: [identity({ ...statement, Sid: "A" }, { ...statement, Sid: "B" })],
    silent: [identity(statement, statement)],
  },
  {
    rule: "statement-without-action-or-resource",
    fails: [
      at(
        policy("key", OWNER, { Effect: "Allow", Principal: { AWS: ROOT }, Action: "kms:Decrypt" }),
        "Statement[1]",
      ),
      at(policy("key", OWNER, { Effect: "Allow", Principal: { AWS: ROOT }, Resource: "*" }), "Statement[1]"),
      at(identity({ Action: "kms:Decrypt" }), "Statement[0]"),
    ],
    passes: [key(), identity({ NotAction: "kms:*", NotResource: "*" }), trust({ Principal: { AWS: ROOT } })],
  },
  {
    rule: "resource-in-trust-policy",
    fails: [at(trust({ Principal: { AWS: ROOT }, Resource: "*" }), "Statement[0].Resource")],
    passes: [trust({ Principal: { AWS: ROOT } })],
    silent: [key()],
  },
];
