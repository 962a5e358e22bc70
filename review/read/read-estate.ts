import { accountPrincipal, partitionOf, roleArn } from "@keyferry/common";
import { awsManagedPolicy, type UnreadDocument } from "@keyferry/evaluator";
import { readPolicy, type ReadPolicy } from "./document";
import type {
  Estate,
  InstanceDefaults,
  ReviewedAlias,
  ReviewedGrant,
  ReviewedKey,
  ReviewedRole,
  Unread,
} from "./estate";
import { aliasId, keyArns, type DeclaredKey, type DeclaredKeys, type KeyPair } from "./keys";
import { bucketsOf } from "./buckets";
import { copiesOf } from "./copies";
import { plannedMoves } from "./planned-moves";
import { References, referenceIn } from "./references";
import {
  first,
  flag,
  isBody,
  listOf,
  resourcesOf,
  sourceOf,
  textOf,
  type StackFiles,
  type StackResource,
} from "./stack-file";
import type { Synthesis } from "./synthesis";

/** KMS's defaults. Source: KMS API reference, ScheduleKeyDeletion and EnableKeyRotation. */
const DELETION_WINDOW_DAYS = 30;
const ROTATION_DAYS = 365;

/** Types that affect keys, roles or buckets and are not read. */
const NOT_READ = [
  "aws_iam_role_policies_exclusive",
  "aws_iam_role_policy_attachments_exclusive",
  "aws_iam_user_policy",
  "aws_iam_group_policy",
  "aws_s3_access_point",
  "aws_s3control_access_point_policy",
];

/** Reads the contents of one side's stacks, with the ARNs that stand for the keys on both sides. */
export function readEstate(
  { stacks, copies, copyPlan }: Synthesis,
  declared: DeclaredKeys,
  pairs: readonly KeyPair[],
  side: "base" | "head",
): Estate {
  const arns = keyArns(declared, pairs, side);
  const reader = new EstateReader(stacks, new References(stacks, arns));
  const keys = reader.keys(pairs.flatMap((pair) => (pair[side] ? [{ ...pair, key: pair[side] }] : [])));
  const labels = new Map([...keys].map(([arn, { label }]) => [arn, label]));
  const roles = reader.roles();
  const buckets = bucketsOf(stacks, reader.references, labels);
  const grants = reader.grants(labels);
  const aliases = reader.aliases(declared, arns.made, labels);
  const defaults = reader.defaults(labels);
  const owners = [...keys.values(), ...roles.values(), ...buckets.values(), ...aliases.values()];
  return {
    keys,
    aliases,
    roles,
    buckets,
    grants,
    defaults,
    released: reader.released(),
    moved: reader.moved(),
    unread: [...reader.unread, ...placeless(declared), ...reader.notRead()],
    copies: copiesOf(copies),
    planned: plannedMoves(copyPlan, copies),
    lookedUp: arns.lookedUp,
    accounts: new Set([...owners.map(({ account }) => account), ...reader.accounts()]),
  };
}

function placeless({ placeless: found }: DeclaredKeys): readonly Unread[] {
  return found.map((resource) => ({
    what: sourceOf(resource),
    why: "its provider does not specify an account (allowed_account_ids or assume_role) and a Region, so the owner of the key is unknown",
    source: sourceOf(resource),
    written: JSON.stringify(resource.body),
  }));
}

class EstateReader {
  readonly unread: Unread[] = [];

  constructor(
    private readonly stacks: StackFiles,
    readonly references: References,
  ) {}

  keys(
    found: readonly { readonly key: DeclaredKey; readonly arn: string; readonly label: string }[],
  ): ReadonlyMap<string, ReviewedKey> {
    return new Map(found.map(({ key, arn, label }) => [arn, this.key(key, arn, label)]));
  }

  private key({ resource, place, aliases }: DeclaredKey, arn: string, label: string): ReviewedKey {
    const { body, type, id } = resource;
    return {
      arn,
      label,
      ...place,
      aliases,
      source: sourceOf(resource),
      type,
      address: `${type}.${id}`,
      policy: this.keyPolicy(resource, label, place.account),
      enabled: flag(body["is_enabled"] ?? body["enabled"], true),
      rotation: flag(body["enable_key_rotation"], false),
      rotationPeriod: numberOf(body["rotation_period_in_days"], ROTATION_DAYS),
      deletionWindow: numberOf(body["deletion_window_in_days"], DELETION_WINDOW_DAYS),
      multiRegion: flag(body["multi_region"], false),
    };
  }

  /** The key's own policy, the one of an `aws_kms_key_policy`, or AWS's default. */
  private keyPolicy(resource: StackResource, label: string, account: string): ReadPolicy {
    const name = `key policy of ${label}`;
    if (resource.body["policy"] !== undefined) return this.policy(resource, "policy", name);
    const address = `${resource.type}.${resource.id}.`;
    const apart = resourcesOf(this.stacks, "aws_kms_key_policy").find(
      ({ stack, body }) => stack === resource.stack && referenceIn(body["key_id"])?.startsWith(address),
    );
    if (apart !== undefined) return this.policy(apart, "policy", name);
    const partition = partitionOf(resource.place?.region ?? "");
    return {
      name,
      document: defaultKeyPolicy(partition, account),
      unread: [],
      source: sourceOf(resource),
      written: "",
    };
  }

  aliases(
    { aliases }: DeclaredKeys,
    made: (stack: string, address: string) => string | undefined,
    labels: ReadonlyMap<string, string>,
  ): ReadonlyMap<string, ReviewedAlias> {
    return new Map(
      aliases.map(({ name, place, resource, key }) => {
        const arn = key === undefined ? undefined : made(key.stack, `${key.type}.${key.id}`);
        const written =
          textOf(resource.body["target_key_id"]) ?? "a key that is known only after the deployment";
        return [
          aliasId(place, name),
          { name, ...place, key: labels.get(arn ?? "") ?? written, source: sourceOf(resource) },
        ];
      }),
    );
  }

  roles(): ReadonlyMap<string, ReviewedRole> {
    const roles = resourcesOf(this.stacks, "aws_iam_role").flatMap((resource): [string, ReviewedRole][] => {
      const { place, body } = resource;
      const name = this.text(resource, "name");
      if (place === undefined || name === undefined) {
        const why = "it has no name before the deployment, or its provider does not specify an account";
        this.unread.push({ ...unreadAt(resource), why });
        return [];
      }
      const arn = roleArn(partitionOf(place.region), place.account, name, textOf(body["path"]) ?? "/");
      const label = `role ${name} in ${place.account}`;
      const policies = this.policiesOf(resource, name, label);
      return [
        [
          arn,
          {
            arn,
            label,
            account: place.account,
            region: place.region,
            name,
            source: sourceOf(resource),
            trust: this.policy(resource, "assume_role_policy", `trust policy of ${label}`),
            identity: policies.known,
            ...this.boundaryOf(resource, label, policies.unread),
          },
        ],
      ];
    });
    return new Map(roles);
  }

  private boundaryOf(resource: StackResource, label: string, others: readonly UnreadDocument[]) {
    const written = textOf(resource.body["permissions_boundary"]);
    if (written === undefined) return { boundary: undefined, unread: others };
    const found = this.policyBehind(resource.stack, written);
    const name = `permissions boundary of ${label}`;
    if (found !== undefined) return { boundary: this.policy(found, "policy", name), unread: others };
    const why = `the stacks name ${written} but do not contain it`;
    return { boundary: undefined, unread: [...others, { name, kind: "limit" as const, why }] };
  }

  /** Inline policies and attached managed policies. */
  private policiesOf(role: StackResource, name: string, label: string) {
    const isOfRole = (resource: StackResource) => {
      if (resource.place?.account !== role.place?.account) return false;
      const target = referenceIn(resource.body["role"]);
      if (target === undefined) return this.text(resource, "role") === name;
      const followed = this.references.follow(resource.stack, target);
      return followed?.stack === role.stack && followed.type === role.type && followed.id === role.id;
    };
    const known: ReadPolicy[] = [];
    const unread: UnreadDocument[] = [];
    const called = `policies of ${label}`;
    for (const resource of resourcesOf(this.stacks, "aws_iam_role_policy")) {
      if (isOfRole(resource)) known.push(this.policy(resource, "policy", called));
    }
    for (const block of listOf(role.body["inline_policy"])) {
      // Where the blocks are known only after apply, one reference stands for all of them.
      const body = isBody(block) ? block : { policy: block };
      if (body["policy"] !== undefined) known.push(this.policy({ ...role, body }, "policy", called));
    }
    const attached = [
      ...resourcesOf(this.stacks, "aws_iam_role_policy_attachment")
        .filter(isOfRole)
        .map((resource) => ({ stack: resource.stack, written: textOf(resource.body["policy_arn"]) ?? "" })),
      ...listOf(role.body["managed_policy_arns"]).map((written) => ({
        stack: role.stack,
        written: String(written),
      })),
    ];
    for (const { stack, written } of attached) {
      const found = this.policyBehind(stack, written);
      if (found !== undefined) known.push(this.policy(found, "policy", called));
      else {
        const arn = this.references.resolve(stack, written).text;
        const managed = awsManagedPolicy(arn);
        for (const { name: named, document } of managed?.known ?? []) {
          known.push({
            name: named,
            document: document as object,
            unread: [],
            source: sourceOf(role),
            written: arn,
          });
        }
        const why = "the stacks attach it but do not contain it";
        unread.push(
          ...(managed?.unread ?? [{ name: `policy ${arn} of ${label}`, kind: "identity" as const, why }]),
        );
      }
    }
    return { known, unread };
  }

  /** The managed policy of a stack for a reference or an ARN. */
  private policyBehind(stack: string, written: string): StackResource | undefined {
    const reference = referenceIn(written);
    const target = reference === undefined ? undefined : this.references.follow(stack, reference);
    return resourcesOf(this.stacks, "aws_iam_policy").find((one) =>
      target === undefined
        ? this.references.valueOf(one.stack, `aws_iam_policy.${one.id}.arn`) === written
        : one.stack === target.stack && target.type === one.type && one.id === target.id,
    );
  }

  grants(labels: ReadonlyMap<string, string>): ReadonlyMap<string, ReviewedGrant> {
    const grants = resourcesOf(this.stacks, "aws_kms_grant").flatMap(
      (resource): [string, ReviewedGrant][] => {
        const { body, place } = resource;
        const key = this.text(resource, "key_id");
        const grantee = this.text(resource, "grantee_principal");
        if (place === undefined || key === undefined || grantee === undefined) {
          const why = "it names a key or a grantee that is known only after the deployment";
          this.unread.push({ ...unreadAt(resource), why });
          return [];
        }
        const constraints = first(body["constraints"]);
        const name = this.text(resource, "name") ?? sourceOf(resource);
        const equals = constraints?.["encryption_context_equals"];
        const subset = constraints?.["encryption_context_subset"];
        const grant = {
          grantId: name,
          granteePrincipal: grantee,
          operations: listOf(body["operations"]).map(String).sort(),
          ...(isBody(equals) ? { encryptionContextEquals: equals as Record<string, string> } : {}),
          ...(isBody(subset) ? { encryptionContextSubset: subset as Record<string, string> } : {}),
        };
        const keyLabel = labels.get(key) ?? this.labelOf(resource, "key_id", key);
        const found = { key, keyLabel, account: place.account, grant, source: sourceOf(resource) };
        return [[`${key} ${grantee} ${name}`, found]];
      },
    );
    return new Map(grants);
  }

  /** A key that no stack creates is named as it is looked up. */
  private labelOf({ stack, body }: StackResource, attribute: string, otherwise: string): string {
    const reference = referenceIn(body[attribute]);
    const target = reference === undefined ? undefined : this.references.follow(stack, reference);
    const name = target === undefined ? undefined : textOf(this.references.bodyOf(target)?.["name"]);
    return name === undefined ? otherwise : `key ${name}`;
  }

  defaults(labels: ReadonlyMap<string, string>): ReadonlyMap<string, InstanceDefaults> {
    const settings = [
      ...resourcesOf(this.stacks, "aws_ebs_encryption_by_default").map((resource) => ({
        resource,
        setting: "EBS encryption by default" as const,
        value: flag(resource.body["enabled"], true) ? "on" : "off",
      })),
      ...resourcesOf(this.stacks, "aws_ebs_default_kms_key").map((resource) => {
        const arn = this.text(resource, "key_arn") ?? "";
        const value = labels.get(arn) ?? this.labelOf(resource, "key_arn", arn);
        return { resource, setting: "EBS default key" as const, value };
      }),
    ];
    return new Map(
      settings.flatMap(({ resource, setting, value }) => {
        if (resource.place === undefined) return [];
        const { account, region } = resource.place;
        const found = { account, region, setting, value, source: sourceOf(resource) };
        return [[`${setting} ${account} ${region}`, found] as const];
      }),
    );
  }

  released(): ReadonlySet<string> {
    return new Set(
      Object.entries(this.stacks).flatMap(([stack, { removed }]) =>
        listOf(removed)
          .filter(isBody)
          .filter(({ lifecycle }) => !flag(first(lifecycle)?.["destroy"], true))
          .map(({ from }) => `${stack}: ${String(from)}`),
      ),
    );
  }

  moved(): ReadonlyMap<string, string> {
    return new Map(
      Object.entries(this.stacks).flatMap(([stack, { moved }]) =>
        listOf(moved)
          .filter(isBody)
          .map(({ from, to }) => [`${stack}: ${String(to)}`, `${stack}: ${String(from)}`] as const),
      ),
    );
  }

  notRead(): readonly Unread[] {
    return resourcesOf(this.stacks, ...NOT_READ).map((resource) => ({
      ...unreadAt(resource),
      why: `a review does not read ${resource.type}`,
    }));
  }

  accounts(): readonly string[] {
    return Object.values(this.stacks).flatMap(({ provider }) =>
      listOf(provider?.["aws"])
        .filter(isBody)
        .flatMap((one) => listOf(one["allowed_account_ids"]).map(String)),
    );
  }

  private text({ stack, body }: StackResource, attribute: string): string | undefined {
    const written = textOf(body[attribute]);
    if (written === undefined) return undefined;
    const { text, unread } = this.references.resolve(stack, written);
    return unread.length === 0 ? text : undefined;
  }

  private policy(resource: StackResource, attribute: string, name: string): ReadPolicy {
    return readPolicy(this.references, resource, attribute, name);
  }
}

function unreadAt(resource: StackResource) {
  return { what: sourceOf(resource), source: sourceOf(resource), written: JSON.stringify(resource.body) };
}

/** Source: KMS developer guide, "Default key policy". */
function defaultKeyPolicy(partition: string, account: string): object {
  return {
    Version: "2012-10-17",
    Statement: [
      {
        Effect: "Allow",
        Principal: { AWS: accountPrincipal(partition, account) },
        Action: "kms:*",
        Resource: "*",
      },
    ],
  };
}

function numberOf(value: unknown, otherwise: number): number {
  const number = Number(value ?? otherwise);
  return Number.isFinite(number) ? number : otherwise;
}
