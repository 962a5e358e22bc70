import { isRecord, parseArn } from "@keyferry/common";
import type { LintContext, PolicyKind } from "../types";
import { memberOf } from "../unwrap";
import type { FoundPolicy, PolicyFile, UnreadPolicy } from "./found";

interface PolicyAttribute {
  readonly kind: PolicyKind;
  readonly attribute: string;
  /** The block, a list in Terraform's JSON, that contains the attribute. */
  readonly block?: string;
  readonly inline?: boolean;
}

const KEY_POLICY: PolicyAttribute = { kind: "key", attribute: "policy" };
const BUCKET_POLICY: PolicyAttribute = { kind: "bucket", attribute: "policy" };
const INLINE: PolicyAttribute = { kind: "identity", attribute: "policy", inline: true };

/** The attributes of resources that contain policies (Terraform's AWS provider). */
const ATTRIBUTES: Readonly<Record<string, readonly PolicyAttribute[]>> = {
  aws_kms_key: [KEY_POLICY],
  aws_kms_external_key: [KEY_POLICY],
  aws_kms_replica_key: [KEY_POLICY],
  aws_kms_replica_external_key: [KEY_POLICY],
  aws_kms_key_policy: [KEY_POLICY],
  aws_iam_role: [
    { kind: "trust", attribute: "assume_role_policy" },
    { ...INLINE, block: "inline_policy" },
  ],
  aws_iam_policy: [{ kind: "identity", attribute: "policy" }],
  aws_iam_role_policy: [INLINE],
  aws_iam_user_policy: [INLINE],
  aws_iam_group_policy: [INLINE],
  aws_s3_bucket: [BUCKET_POLICY],
  aws_s3_bucket_policy: [BUCKET_POLICY],
};

/** Every policy that a plan results in or that a state contains, as `terraform show -json` prints them; undefined when it is neither. */
export function policiesInTerraform(document: unknown): PolicyFile | undefined {
  const planned = memberOf(document, "planned_values");
  const changes = memberOf(document, "resource_changes");
  const values = planned ?? memberOf(document, "values");
  const isState = planned === undefined && !Array.isArray(changes);
  if (isState && (!isRecord(values) || typeof memberOf(document, "format_version") !== "string"))
    return undefined;
  const resources = isRecord(values) ? resourcesOf(memberOf(values, "root_module")) : changedIn(changes);
  const unknown = unknownAfterApply(changes);
  const places = resources.flatMap((resource) =>
    attributesOf(resource).flatMap((attribute) => readAttribute(resource, attribute, unknown)),
  );
  return {
    form: isState ? "a Terraform state" : "a Terraform plan",
    policies: places.flatMap((place) => ("document" in place ? [place] : [])),
    unread: places.flatMap((place) => ("why" in place ? [place] : [])),
  };
}

/** The managed resources of a module and of the modules it calls. */
function resourcesOf(module: unknown): readonly unknown[] {
  const own = listOf(memberOf(module, "resources")).filter((found) => memberOf(found, "mode") === "managed");
  return [...own, ...listOf(memberOf(module, "child_modules")).flatMap(resourcesOf)];
}

/** The managed resources of a plan from which tools have kept only the changes. */
function changedIn(changes: unknown): readonly unknown[] {
  return listOf(changes)
    .filter((change) => memberOf(change, "mode") !== "data")
    .map((change) => ({
      address: memberOf(change, "address"),
      type: memberOf(change, "type"),
      values: memberOf(memberOf(change, "change"), "after"),
    }));
}

function attributesOf(resource: unknown): readonly PolicyAttribute[] {
  const type = String(memberOf(resource, "type"));
  return Object.hasOwn(ATTRIBUTES, type) ? (ATTRIBUTES[type] ?? []) : [];
}

function readAttribute(
  resource: unknown,
  { kind, attribute, block, inline = false }: PolicyAttribute,
  unknown: ReadonlyMap<string, unknown>,
): readonly (FoundPolicy | UnreadPolicy)[] {
  const address = String(memberOf(resource, "address"));
  const values = memberOf(resource, "values");
  const after = unknown.get(address);
  const context: LintContext = { ...contextOf(resource), ...(inline ? { inline } : {}) };
  const read = (
    value: unknown,
    isUnknown: boolean,
    name: string,
  ): readonly (FoundPolicy | UnreadPolicy)[] => {
    if (isUnknown) return [{ name, why: "its text is known only after the apply" }];
    if (typeof value !== "string" || value === "") return [];
    // The policy is one string in the plan, so a line of the policy is not a line of the file.
    return [{ name, kind, document: value, context, unresolved: [], positionOf: () => undefined }];
  };
  if (block === undefined) {
    return read(memberOf(values, attribute), memberOf(after, attribute) === true, `${address} ${attribute}`);
  }
  const unknownBlocks = memberOf(after, block);
  if (unknownBlocks === true) return read(undefined, true, `${address} ${block}`);
  return listOf(memberOf(values, block)).flatMap((one, index) =>
    read(
      memberOf(one, attribute),
      memberOf(listOf(unknownBlocks)[index], attribute) === true,
      `${address} ${block}[${index}]`,
    ),
  );
}

/** The key or the account, if the resource already exists. */
function contextOf(resource: unknown): LintContext {
  const values = memberOf(resource, "values");
  const arn = [memberOf(values, "arn"), memberOf(values, "key_id")].find(
    (value) => typeof value === "string" && parseArn(value) !== undefined,
  );
  if (typeof arn !== "string") return {};
  const { service, account, region } = parseArn(arn) ?? {};
  if (service === "kms") return { keyArn: arn, ...(region === undefined ? {} : { region }) };
  return account === undefined || account === "" ? {} : { account };
}

/** Address -> which values of the resource are known only after the apply. */
function unknownAfterApply(changes: unknown): ReadonlyMap<string, unknown> {
  return new Map(
    listOf(changes).map((change) => [
      String(memberOf(change, "address")),
      memberOf(memberOf(change, "change"), "after_unknown"),
    ]),
  );
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? (value as readonly unknown[]) : [];
}
