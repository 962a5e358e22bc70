import { bucketArn, formatArn, iamArn, partitionOf, roleArn } from "@keyferry/common";
import { documentOf } from "./policy-document-data";
import { placeOf, textOf, type Body, type Place, type StackFile, type StackFiles } from "./stack-file";

const REMOTE_STATE = "cross-stack-reference-input-";
const HOPS = 10;

/** An attribute of a resource, in the stack that has the resource. */
export interface Target {
  readonly stack: string;
  readonly data: boolean;
  readonly type: string;
  readonly id: string;
  readonly attribute: string;
}

/** The ARNs that stand for keys, which have no ARN before they are deployed. */
export interface KeyArns {
  /** Of a key that a stack creates. @param address `aws_kms_key.home` */
  made(stack: string, address: string): string | undefined;
  /** Of the key behind an alias, created by a stack or not. */
  behind(place: Place, alias: string): string;
}

/** A text with its references resolved as far as possible, and those that could not be resolved. */
export interface Resolved {
  readonly text: string;
  readonly unread: readonly string[];
}

const KEY = /^aws_kms_(?:|external_|replica_|replica_external_)key$/;

/** Resolves Terraform's references in the stacks of one synthesis. */
export class References {
  constructor(
    private readonly stacks: StackFiles,
    private readonly keys: KeyArns,
  ) {}

  /** Resolves every `${...}` and unescapes Terraform's `$${`. A value that is known only after deployment keeps its name. */
  resolve(stack: string, text: string): Resolved {
    const unread: string[] = [];
    const resolved = text.replace(
      /\$(\$\{)|\$\{([^{}]*)\}/g,
      (_, escaped: string | undefined, reference: string) => {
        if (escaped !== undefined) return escaped;
        const value = this.valueOf(stack, reference);
        if (value === undefined) unread.push(reference);
        return value ?? standIn(reference);
      },
    );
    return { text: resolved, unread };
  }

  /** The value of a reference; undefined where it is known only after deployment. */
  valueOf(stack: string, reference: string): string | undefined {
    const target = this.follow(stack, reference);
    if (target === undefined) return undefined;
    const body = this.bodyOf(target);
    if (body === undefined) return undefined;
    return this.known(target, body) ?? this.written(target, body);
  }

  /** The resource that a reference points to, also through the outputs of other stacks. */
  follow(stack: string, reference: string, hops = HOPS): Target | undefined {
    const [, state, output] = /^data\.terraform_remote_state\.([^.]+)\.outputs\.(.+)$/.exec(reference) ?? [];
    if (state !== undefined && output !== undefined) {
      const other = state.replace(REMOTE_STATE, "");
      const inner = referenceIn(this.stacks[other]?.output?.[output]?.["value"]);
      return inner === undefined || hops === 0 ? undefined : this.follow(other, inner, hops - 1);
    }
    const [, data, type = "", id = "", attribute = ""] =
      /^(data\.)?([a-z][a-z0-9_]*)\.([^.[\]]+)\.([a-z_]+)$/.exec(reference) ?? [];
    return type === "" ? undefined : { stack, data: data !== undefined, type, id, attribute };
  }

  bodyOf({ stack, data, type, id }: Target): Body | undefined {
    const file = this.stacks[stack];
    return (data ? file?.data : file?.resource)?.[type]?.[id];
  }

  private written({ stack, attribute }: Target, body: Body): string | undefined {
    const text = textOf(body[attribute]);
    if (text === undefined) return undefined;
    const { text: resolved, unread } = this.resolve(stack, text);
    return unread.length === 0 ? resolved : undefined;
  }

  /** An attribute that AWS sets, where it follows from the arguments in the stack. */
  private known(target: Target, body: Body): string | undefined {
    const { stack, data, type, id, attribute } = target;
    const file = this.stacks[stack] ?? NO_STACK;
    if (data && type === "aws_iam_policy_document") {
      return /^(minified_)?json$/.test(attribute) ? this.policyDocument(stack, body) : undefined;
    }
    const place = placeOf(file, body);
    if (place === undefined) return undefined;
    const partition = partitionOf(place.region);
    const named = (attributeName: string) => this.written({ ...target, attribute: attributeName }, body);
    if (!data && KEY.test(type)) return this.ofKey(this.keys.made(stack, `${type}.${id}`), attribute);
    switch (`${data ? "data." : ""}${type}`) {
      case "aws_kms_alias":
        if (attribute === "target_key_id")
          return this.ofKey(this.aliasTarget(place, named("name")), "key_id");
        return attribute === "target_key_arn" ? this.aliasTarget(place, named("name")) : undefined;
      case "data.aws_kms_alias":
      case "data.aws_kms_key": {
        const alias = named(type === "aws_kms_key" ? "key_id" : "name");
        const arn = alias?.startsWith("alias/") === true ? this.keys.behind(place, alias) : undefined;
        return this.ofKey(arn, /id$/.test(attribute) ? "key_id" : "arn");
      }
      case "aws_iam_role":
      case "data.aws_iam_role": {
        const name = named("name");
        if (name === undefined || attribute !== "arn") return attribute === "id" ? name : undefined;
        return roleArn(partition, place.account, name, textOf(body["path"]) ?? "/");
      }
      case "aws_iam_policy":
        if (attribute !== "arn" && attribute !== "id") return undefined;
        return iamArn(partition, place.account, `policy${textOf(body["path"]) ?? "/"}${named("name") ?? id}`);
      case "aws_s3_bucket":
      case "data.aws_s3_bucket": {
        const bucket = named("bucket");
        if (bucket === undefined) return undefined;
        return attribute === "arn" ? bucketArn(partition, bucket) : attribute === "id" ? bucket : undefined;
      }
      case "data.aws_caller_identity":
        return attribute === "account_id" || attribute === "id" ? place.account : undefined;
      case "data.aws_partition":
        return attribute === "partition" || attribute === "id" ? partition : undefined;
      case "data.aws_region":
        return /^(name|region|id)$/.test(attribute) ? place.region : undefined;
      default:
        return undefined;
    }
  }

  private policyDocument(stack: string, body: Body): string | undefined {
    const document = documentOf(body);
    if (document === undefined) return undefined;
    const { text, unread } = this.resolve(stack, JSON.stringify(document));
    return unread.length === 0 ? text : undefined;
  }

  private aliasTarget(place: Place, alias: string | undefined): string | undefined {
    return alias === undefined ? undefined : this.keys.behind(place, alias);
  }

  private ofKey(arn: string | undefined, attribute: string): string | undefined {
    if (arn === undefined) return undefined;
    if (attribute === "arn") return arn;
    return attribute === "key_id" || attribute === "id" ? arn.slice(arn.indexOf("/") + 1) : undefined;
  }
}

const NO_STACK: StackFile = {};

/** The reference of a text that is nothing but a reference. */
export function referenceIn(value: unknown): string | undefined {
  return /^\$\{([^{}]+)\}$/.exec(textOf(value) ?? "")?.[1];
}

/** Beginning of the ARN that stands for one that is known only after deployment. */
export const UNKNOWN_ARN = formatArn({
  partition: "known-after-deployment",
  service: "unknown",
  region: "",
  account: "",
  resource: "",
});

/** Placeholder for a value that is known only after deployment: the same for the same reference, and not an IAM variable. */
function standIn(reference: string): string {
  return reference.endsWith("arn") ? UNKNOWN_ARN + reference : `known-after-deployment(${reference})`;
}
