import { bucketArn, roleArn } from "@keyferry/common";
import { proofTarget, type KeyReference } from "../../policy";
import { awsManagedPolicy, type NamedDocument, type UnreadDocument } from "@keyferry/evaluator";
import type { ProofDocuments, RoleDocuments } from "../../policy/proof";
import { REPLACEABLE_KEYS } from "../keys/copy-keys";
import type { Topology } from "../model";
import { bucketDocumentName } from "./replication-documents";
import { grantProblems, type SynthesisedGrant } from "./grants";
import { keyDocumentName, withAssumptions } from "./table-documents";

/** The parts of a synthesised stack that determine permissions. */
export interface SynthesisedStack {
  readonly provider?: Readonly<Record<string, readonly Body[]>>;
  readonly data?: Resources;
  readonly resource?: Resources;
  readonly output?: Readonly<Record<string, { readonly value?: unknown }>>;
}

type Body = Readonly<Record<string, unknown>>;
type Resources = Readonly<Record<string, Readonly<Record<string, Body>>>>;

/** What was read, and what could not be read. */
export interface SynthesisedDocuments {
  readonly documents: ProofDocuments;
  /** References and resources that cannot be checked before they are deployed, one sentence each. */
  readonly unread: readonly string[];
  /** Grants that do not allow a launch, are not declared, or are not created by any stack, one sentence each. */
  readonly wrongGrants: readonly string[];
}

/** Resources that affect access to keys and roles and that the foundation never contains. */
const NOT_MODELLED = ["aws_iam_role_policies_exclusive", "aws_kms_key_policy"];

/** Resources that are keys, each with its policy. */
const KEYS = ["aws_kms_key", "aws_kms_external_key", "aws_kms_replica_key", "aws_kms_replica_external_key"];

/** The alias of a home or transit key without a number. */
const DECLARED_ALIAS = new RegExp(`/(${REPLACEABLE_KEYS.join("|")})$`);

const REMOTE_STATE = "cross-stack-reference-input-";

/**
 * Reads the documents in synthesised stacks. Keys have no ARN before they are deployed: a reference to a key, through another
 * stack or by its alias, becomes the ARN that proofs use for it.
 * @param stacks by name
 */
export function synthesisedDocuments(
  topology: Topology,
  stacks: Readonly<Record<string, SynthesisedStack>>,
): SynthesisedDocuments {
  const unread: string[] = [];
  const keys = new Map<string, NamedDocument>();
  const buckets = new Map<string, NamedDocument>();
  const roles = new Map<string, RoleDocuments>();
  const grants: SynthesisedGrant[] = [];
  for (const [name, stack] of Object.entries(stacks)) {
    const reader = new StackReader(topology, stacks, name, stack, unread);
    for (const [arn, document] of reader.keys()) keys.set(arn, document);
    for (const [arn, document] of reader.buckets()) buckets.set(arn, document);
    for (const [arn, document] of reader.roles()) roles.set(arn, document);
    grants.push(...reader.grants());
    for (const type of NOT_MODELLED) {
      if (stack.resource?.[type] !== undefined) unread.push(`${name}: ${type} is not checked`);
    }
  }
  const documents = withAssumptions(topology, { keys, buckets, roles });
  return { documents, unread, wrongGrants: grantProblems(topology, grants) };
}

interface RolePolicies {
  readonly known: readonly NamedDocument[];
  readonly unread: readonly UnreadDocument[];
}

class StackReader {
  constructor(
    private readonly topology: Topology,
    private readonly stacks: Readonly<Record<string, SynthesisedStack>>,
    private readonly name: string,
    private readonly stack: SynthesisedStack,
    private readonly unread: string[],
  ) {}

  keys(): readonly (readonly [string, NamedDocument])[] {
    return KEYS.flatMap((type) =>
      entries(this.stack.resource, type).flatMap(([id, body]) => {
        const key = keyOf(this.stack, `${type}.${id}`);
        if (key === undefined) {
          this.unread.push(`${this.name}: ${type}.${id} has no alias, or no account`);
          return [];
        }
        const document = this.document(keyDocumentName(key), body["policy"]);
        return [[proofTarget.keyArn(key), document] as const];
      }),
    );
  }

  buckets(): readonly (readonly [string, NamedDocument])[] {
    return entries(this.stack.resource, "aws_s3_bucket_policy").flatMap(([id, body]) => {
      const [, resource = ""] = /^\$\{aws_s3_bucket\.([^.]+)\.id\}$/.exec(textOf(body["bucket"]) ?? "") ?? [];
      const bucket = this.bucketOf(resource);
      const place = placeOf(this.stack, body);
      if (bucket === undefined || place === undefined) {
        this.unread.push(
          `${this.name}: aws_s3_bucket_policy.${id} names no bucket of the stack, or has no account`,
        );
        return [];
      }
      const document = this.document(bucketDocumentName(bucket, place.account), body["policy"]);
      return [[bucketArn(this.topology.partition, bucket), document] as const];
    });
  }

  /** The name of a bucket in the stack. */
  private bucketOf(resource: string): string | undefined {
    return textOf(this.stack.resource?.["aws_s3_bucket"]?.[resource]?.["bucket"]);
  }

  roles(): readonly (readonly [string, RoleDocuments])[] {
    return entries(this.stack.resource, "aws_iam_role").flatMap(([id, body]) => {
      const place = placeOf(this.stack, body);
      const name = textOf(body["name"]);
      if (place === undefined || name === undefined) {
        this.unread.push(`${this.name}: aws_iam_role.${id} has no name, or no account`);
        return [];
      }
      const called = `role ${name} in ${place.account}`;
      const policies = this.policiesOf(id, name, called);
      const unread = [...policies.unread, ...this.boundaryOf(id, body, called)];
      const role: RoleDocuments = {
        identity: policies.known,
        trust: this.document(`trust policy of ${called}`, body["assume_role_policy"]),
        ...(unread.length === 0 ? {} : { unread }),
      };
      const path = textOf(body["path"]) ?? "/";
      return [[roleArn(this.topology.partition, place.account, name, path), role] as const];
    });
  }

  /** Grants with all values known; others are reported. */
  grants(): readonly SynthesisedGrant[] {
    return entries(this.stack.resource, "aws_kms_grant").flatMap(([id, body]): SynthesisedGrant[] => {
      const name = `${this.name}: aws_kms_grant.${id}`;
      const place = placeOf(this.stack, body);
      const [, reference = ""] = /^\$\{(.+)\}$/.exec(textOf(body["key_id"]) ?? "") ?? [];
      const key = this.keyBehind(reference);
      const grantee = this.principal(textOf(body["grantee_principal"]) ?? "");
      const operations = body["operations"];
      if (place === undefined || key === undefined || grantee === undefined || !Array.isArray(operations)) {
        this.unread.push(`${name} names a key or a role that is known only after deployment`);
        return [];
      }
      return [{ name, account: place.account, key, grantee, operations: operations.map(String) }];
    });
  }

  /** The ARN of a role of the account that a stack deploys into; undefined if it is not fully known. */
  private principal(text: string): string | undefined {
    const arn = text
      .replace(/\$\{data\.aws_partition\.[^}]+\.partition\}/g, this.topology.partition)
      .replace(/\$\{data\.aws_caller_identity\.([^.}]+)\.account_id\}/g, (all, id: string) => {
        const body = this.stack.data?.["aws_caller_identity"]?.[id];
        return (body === undefined ? undefined : placeOf(this.stack, body)?.account) ?? all;
      });
    return arn === "" || arn.includes("${") ? undefined : arn;
  }

  private boundaryOf(id: string, body: Body, called: string): readonly UnreadDocument[] {
    if (body["permissions_boundary"] === undefined) return [];
    this.unread.push(`${this.name}: the permissions boundary of aws_iam_role.${id} is not checked`);
    const why = "the stack refers to it but does not contain it";
    return [{ name: `permissions boundary of ${called}`, kind: "limit", why }];
  }

  /** Inline policies and attached managed policies. */
  private policiesOf(id: string, name: string, called: string): RolePolicies {
    const isOfRole = ({ role }: Body) =>
      role === name || role === `\${aws_iam_role.${id}.name}` || role === `\${aws_iam_role.${id}.id}`;
    const inline = entries(this.stack.resource, "aws_iam_role_policy").filter(([, body]) => isOfRole(body));
    const attached = entries(this.stack.resource, "aws_iam_role_policy_attachment")
      .filter(([, body]) => isOfRole(body))
      .map(([attachment, body]) => this.attachedPolicy(attachment, textOf(body["policy_arn"]) ?? "", called));
    return {
      known: [
        ...inline.map(([, body]) => this.document(`policies of ${called}`, body["policy"])),
        ...attached.flatMap(({ known }) => known),
      ],
      unread: attached.flatMap(({ unread }) => unread),
    };
  }

  private attachedPolicy(attachment: string, arn: string, called: string): RolePolicies {
    const managed = awsManagedPolicy(arn);
    if (managed !== undefined) return managed;
    const policy = /^\$\{aws_iam_policy\.([^.}]+)\.arn\}$/.exec(arn)?.[1];
    const found = policy === undefined ? undefined : this.stack.resource?.["aws_iam_policy"]?.[policy];
    if (found !== undefined) {
      return { known: [this.document(`policies of ${called}`, found["policy"])], unread: [] };
    }
    this.unread.push(
      `${this.name}: the policy of aws_iam_role_policy_attachment.${attachment} is not in the stack`,
    );
    const why = "the stack attaches it but does not contain it";
    return { known: [], unread: [{ name: `policy ${arn} of ${called}`, kind: "identity", why }] };
  }

  private document(name: string, text: unknown): NamedDocument {
    if (typeof text !== "string") return { name, document: text };
    try {
      return { name, document: JSON.parse(this.resolve(text)) as unknown };
    } catch {
      this.unread.push(`${this.name}: the ${name} is not JSON`);
      return { name, document: {} };
    }
  }

  /** Terraform's references become ARNs, and its escape `$${` becomes `${`. */
  private resolve(text: string): string {
    return text.replace(/\$(\$\{)|\$\{([^}]*)\}/g, (all, escaped: string | undefined, reference: string) => {
      if (escaped !== undefined) return escaped;
      const key = this.keyBehind(reference);
      if (key !== undefined) return proofTarget.keyArn(key);
      const bucket = this.bucketOf(/^aws_s3_bucket\.([^.]+)\.arn$/.exec(reference)?.[1] ?? "");
      if (bucket !== undefined) return bucketArn(this.topology.partition, bucket);
      this.unread.push(`${this.name}: ${all} is known only after deployment`);
      return all;
    });
  }

  private keyBehind(reference: string): KeyReference | undefined {
    const own = keyIn(this.stack, reference);
    if (own !== undefined) return own;
    const [, state = "", output = ""] =
      /^data\.terraform_remote_state\.([^.]+)\.outputs\.(.+)$/.exec(reference) ?? [];
    const other = this.stacks[state.replace(REMOTE_STATE, "")];
    const [, foreign = ""] = /^\$\{(.+)\}$/.exec(textOf(other?.output?.[output]?.value) ?? "") ?? [];
    return other === undefined ? undefined : keyIn(other, foreign);
  }
}

/** The key of a stack, created or looked up by its alias, to which a reference refers. */
function keyIn(stack: SynthesisedStack, reference: string): KeyReference | undefined {
  const [, made] = /^(aws_kms_(?:|external_|replica_)key\.[^.]+)\.arn$/.exec(reference) ?? [];
  if (made !== undefined) return keyOf(stack, made);
  const [, alias] = /^data\.aws_kms_alias\.([^.]+)\.target_key_arn$/.exec(reference) ?? [];
  return alias === undefined ? undefined : aliasOf(stack, stack.data?.["aws_kms_alias"]?.[alias]);
}

/**
 * The key of a resource, by its alias in the same stack; of a generation of a key that the user names by that of the generation,
 * which is the longest; of several home or transit keys the declared one by the alias that points to it.
 * @param address `aws_kms_key.home-eu-west-1_A6A6A7E4`
 */
function keyOf(stack: SynthesisedStack, address: string): KeyReference | undefined {
  const targets = [`\${${address}.key_id}`, `\${${address}.id}`];
  const names = entries(stack.resource, "aws_kms_alias")
    .filter(([, body]) => targets.includes(textOf(body["target_key_id"]) ?? ""))
    .flatMap(([, body]) => aliasOf(stack, body) ?? []);
  const declared = names.find(({ alias }) => DECLARED_ALIAS.test(alias));
  return declared ?? names.sort((a, b) => b.alias.length - a.alias.length)[0];
}

function aliasOf(stack: SynthesisedStack, body: Body | undefined): KeyReference | undefined {
  const alias = textOf(body?.["name"]);
  const place = body === undefined ? undefined : placeOf(stack, body);
  return alias === undefined || place === undefined ? undefined : { ...place, alias };
}

/** Account and Region of the provider that a resource names. */
function placeOf(stack: SynthesisedStack, body: Body): { account: string; region: string } | undefined {
  const alias = textOf(body["provider"])?.replace(/^aws\./, "");
  const providers = stack.provider?.["aws"] ?? [];
  const provider = providers.find((candidate) => candidate["alias"] === alias);
  const [account] = (provider?.["allowed_account_ids"] as readonly string[] | undefined) ?? [];
  const region = textOf(provider?.["region"]);
  return account === undefined || region === undefined ? undefined : { account, region };
}

function entries(resources: Resources | undefined, type: string): readonly (readonly [string, Body])[] {
  return Object.entries(resources?.[type] ?? {});
}

function textOf(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}
