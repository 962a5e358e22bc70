import { parseArn } from "@keyferry/common";
import { principalArn, requestContext, type Context } from "./context";
import type { AccessRequest } from "./types";

/** Which kind of resource policy decides about a request; grants exist only for keys. */
export type ResourcePolicyKind = "key" | "trust" | "other";

/** A request, and what every document needs to know about the caller. */
export interface Asker {
  readonly request: AccessRequest;
  readonly context: Context;
  /** The ARN, apart from its own, by which other documents name the caller: a session's role, a federated user's IAM user. */
  readonly knownAs: string;
  readonly serviceLinked: boolean;
}

/** The same, plus what every document needs to know about the rest, computed once. */
export interface PolicyQuestion extends Asker {
  /** In lower case. */
  readonly action: string;
  /** The part before the action's colon, in lower case. */
  readonly service: string;
  readonly policy: ResourcePolicyKind;
  /** Whether the resource is a key that AWS created and manages, under an alias of AWS's own. */
  readonly awsManagedKey: boolean;
}

export function toAsker(request: AccessRequest): Asker {
  const { principal } = request;
  const knownAs = principal.userArn ?? principalArn(principal);
  return { request, context: requestContext(request), knownAs, serviceLinked: isServiceLinkedRole(knownAs) };
}

export function toQuestion(request: AccessRequest): PolicyQuestion {
  const action = request.action.toLowerCase();
  const colon = action.indexOf(":");
  const service = colon < 0 ? action : action.slice(0, colon);
  const { context, knownAs, serviceLinked } = toAsker(request);
  return {
    request,
    context,
    knownAs,
    serviceLinked,
    action,
    service,
    policy: policyKind(service, request.resource),
    awsManagedKey: service === "kms" && isAwsManagedKey(request.resource, context),
  };
}

/** Service-linked roles have their own path. Source: IAM user guide, "Create a service-linked role". */
export function isServiceLinkedRole(arn: string): boolean {
  return arn.includes(":role/aws-service-role/");
}

/** Only AWS can create aliases with this prefix. Source: KMS developer guide, "AWS managed keys". */
const AWS_ALIAS = "alias/aws/";

function isAwsManagedKey(resource: string, context: Context): boolean {
  if (resource.includes(`:${AWS_ALIAS}`)) return true;
  return context.get("kms:resourcealiases")?.some((alias) => alias.startsWith(AWS_ALIAS)) === true;
}

function policyKind(service: string, resource: string): ResourcePolicyKind {
  if (service !== "kms" && service !== "sts") return "other";
  const name = parseArn(resource)?.resource ?? "";
  if (service === "kms") return name.startsWith("key/") || name.startsWith(AWS_ALIAS) ? "key" : "other";
  return name.startsWith("role/") ? "trust" : "other";
}
