/** Whether a statement allows a principal of an account that is unrelated to the policy (a stranger). */
import { derived, parseArn, roleArn } from "@keyferry/common";
import { isRefused, type RequestPrincipal, resourceArnTest, wildcards } from "@keyferry/evaluator";
import { KMS_ACTIONS } from "./actions/kms";
import { S3_ACTIONS, S3_BUCKET_ACTIONS } from "./actions/s3";
import { STS_ACTIONS } from "./actions/sts";
import {
  type Context,
  contextFor,
  EVERYTHING,
  keyMeantBy,
  OF_THE_PRINCIPAL,
  sessionIn,
  SOME_ACCOUNT,
  withDenials,
} from "./ask";
import type { LintPolicy, LintStatement } from "./policy";
import { covers, isKey, isOpen } from "./statement";
import type { PolicyKind } from "./types";

const PARTITION = "aws";
const ACCOUNT = "999999999999";
const ORGANIZATION = "o-stranger99";

/** Condition keys that identify the caller, in addition to the principal itself, and a stranger's values for them. */
const STRANGERS_VALUES: Context = {
  "aws:PrincipalOrgID": ORGANIZATION,
  "aws:PrincipalOrgPaths": `${ORGANIZATION}/r-9999/`,
  "aws:SourceAccount": ACCOUNT,
  "aws:SourceArn": `arn:aws:sns:eu-west-1:${ACCOUNT}:stranger`,
  "aws:SourceOrgID": ORGANIZATION,
  "aws:SourceOrgPaths": `${ORGANIZATION}/r-9999/`,
  "saml:iss": "https://stranger.example",
  "aws:FederatedProvider": `arn:aws:iam::${ACCOUNT}:oidc-provider/stranger.example`,
};
/** For buckets, S3 also counts these ("The meaning of public"). */
const FOR_BUCKETS: Context = {
  "aws:SourceIp": "198.18.99.99",
  "aws:SourceVpc": "vpc-99999999",
  "aws:SourceVpce": "vpce-99999999",
  "s3:DataAccessPointAccount": ACCOUNT,
  "s3:DataAccessPointArn": `arn:aws:s3:eu-west-1:${ACCOUNT}:accesspoint/stranger`,
  "s3:x-amz-server-side-encryption-aws-kms-key-id": `arn:aws:kms:eu-west-1:${ACCOUNT}:key/stranger`,
};
const EVERYTHING_BY_IAM = [{ name: "IAM", document: EVERYTHING }];
const ACTIONS: Readonly<Record<PolicyKind, readonly string[]>> = {
  key: KMS_ACTIONS.map((name) => `kms:${name}`),
  bucket: S3_ACTIONS.map((name) => `s3:${name}`),
  trust: STS_ACTIONS.map((name) => `sts:${name}`),
  identity: [],
};

/** Whether this statement allows a stranger any action that the policy does not deny. */
export function letsStrangersIn(policy: LintPolicy, statement: LintStatement): boolean {
  const kind = policy.kind ?? "key";
  const { document, denials } = withDenials(statement, policy);
  const asked = denials === undefined ? [document] : [document, denials];
  const sides = asked.map((side) => ({
    identity: EVERYTHING_BY_IAM,
    resource: { name: "policy", document: side },
    restrictPublicBuckets: false,
  }));
  const actions = ACTIONS[kind].filter(
    (action) => statement.raw["NotAction"] !== undefined || covers(statement, action),
  );
  const contexts = contextsOf(statement, policy.statements, kind === "bucket");
  return strangersOf(statement).some((principal) =>
    resourcesOf(policy, statement).some((resource) =>
      contexts.some((context) =>
        actions
          .filter((action) => kind !== "bucket" || isOn(resource, action))
          .some((action) => {
            const request = {
              action,
              resource,
              resourceAccount: policy.owner ?? SOME_ACCOUNT,
              principal,
              context,
            };
            return sides.every((documents) => !isRefused(request, documents));
          }),
      ),
    ),
  );
}

/** A role of another account; also a role with a name that a condition allows from any account. */
function strangersOf({ conditions }: LintStatement): readonly RequestPrincipal[] {
  const names = conditions
    .filter((condition) => isKey(condition, ["aws:PrincipalArn"]))
    .flatMap(({ values }) => values)
    .flatMap(({ text }) => {
      const arn = parseArn(text);
      const role = arn !== undefined && isOpen(arn.account) && arn.resource.startsWith("role/");
      return role ? [arn.resource.slice("role".length)] : [];
    })
    .map((role) => role.replace(/[*?]/g, "x"));
  return ["/stranger", ...names].map((role) => {
    const slash = role.lastIndexOf("/") + 1;
    return sessionIn(ACCOUNT, role.slice(slash), role.slice(0, slash));
  });
}

/** A stranger's request contexts: they meet the statement's conditions, except those on the caller, which are absent or have a stranger's values. */
function contextsOf(
  statement: LintStatement,
  statements: readonly LintStatement[],
  isBucket: boolean,
): readonly Context[] {
  const values = isBucket ? { ...STRANGERS_VALUES, ...FOR_BUCKETS } : STRANGERS_VALUES;
  const who = [...Object.keys(values), ...OF_THE_PRINCIPAL];
  const conditions = statement.conditions.filter((condition) => !isKey(condition, who));
  const used = callerKeysIn(statements);
  const strangers = Object.entries(values).filter(([key]) => used.has(key));
  const met = contextFor({ ...statement, conditions });
  return [met, { ...met, ...Object.fromEntries(strangers) }];
}

/** The keys that identify the caller and that the statements' conditions use. */
const callerKeysIn = derived((statements: readonly LintStatement[]): ReadonlySet<string> => {
  const isUsed = (key: string) =>
    statements.some(({ conditions }) => conditions.some((condition) => isKey(condition, [key])));
  return new Set(Object.keys({ ...STRANGERS_VALUES, ...FOR_BUCKETS }).filter(isUsed));
});

/** Actions on buckets do not apply to objects, and vice versa. */
function isOn(resource: string, action: string): boolean {
  const onBuckets = S3_BUCKET_ACTIONS.includes(action.slice("s3:".length));
  return onBuckets !== resource.includes("/");
}

function resourcesOf(policy: LintPolicy, { raw, resources }: LintStatement): readonly string[] {
  const { kind, owner } = policy;
  if (kind === "trust") return [roleArn(PARTITION, owner ?? SOME_ACCOUNT, "keyferry-lint")];
  const texts = raw["NotResource"] === undefined ? resources.map(({ text }) => text) : ["*"];
  if (kind === "key") return texts.flatMap((text) => keyMeantBy(text, policy) ?? []);
  return texts.flatMap((text) => {
    if (text === "*") return bucketsOf(policy).flatMap((bucket) => [bucket, `${bucket}/object`]);
    if (parseArn(text)?.service !== "s3") return [];
    const own = ownBuckets(policy);
    const meant = [text, text.replace("*", "/x")].map((pattern) => pattern.replace(/[*?]/g, "x"));
    if (own.length === 0) return meant;
    const matches = resourceArnTest(wildcards(text));
    return [...meant, ...own.flatMap((bucket) => [bucket, `${bucket}/object`])].filter(
      (arn) => own.includes(bucketPart(arn)) && matches(arn),
    );
  });
}

/**
 * The buckets that the policy names without wildcards: S3 accepts a policy only if each Resource can be the bucket that it
 * belongs to. Source: Amazon S3 API reference, PutBucketPolicy (`MalformedPolicy`, "Policy has invalid resource").
 */
const ownBuckets = derived(({ statements }: LintPolicy): readonly string[] => {
  const texts = statements.flatMap(({ resources }) => resources.map(({ text }) => text));
  const buckets = texts.filter((text) => parseArn(text)?.service === "s3").map(bucketPart);
  return [...new Set(buckets.filter((bucket) => !/[*?$]/.test(bucket)))];
});

function bucketPart(arn: string): string {
  return arn.replace(/\/.*$/, "");
}

/** The buckets that the policy names; it belongs to one of them. */
const bucketsOf = derived((policy: LintPolicy): readonly string[] => {
  const own = ownBuckets(policy);
  if (own.length > 0) return own;
  const { statements } = policy;
  const texts = statements.flatMap(({ resources }) => resources.map(({ text }) => text));
  const named = texts.filter((text) => parseArn(text)?.service === "s3");
  const buckets = named.map((text) => text.replace(/[*?/].*$/, ""));
  return buckets.length > 0 ? [...new Set(buckets)] : [`arn:${PARTITION}:s3:::bucket`];
});
