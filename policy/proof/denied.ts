import { formatArn, keyArn, parseArn, type Arn } from "../../core/arn";
import { viaService } from "../../core/regions";
import { evaluate } from "../evaluate";
import { principalSeenBy, resourceSeenBy } from "../evaluate/alike";
import type { AccessRequest, ContextValue, RequestPrincipal, Verdict } from "../evaluate/types";
import { anybodyOf, autoScalingSession, isAnybody, sessionOf, type ProofCall } from "./call";
import { identityAlone, resourceAlone, withoutIam, type ProofDocuments } from "./documents";

/**
 * Which document must refuse a call by itself. `identity`: the caller's policies, whatever the resource's policy says.
 * `resource`: the resource's policy, whatever IAM allows the caller. `resource without IAM`: the same for somebody to
 * whom IAM allows nothing.
 */
export type Refuser = "identity" | "resource" | "resource without IAM";

/** A call that must be refused. */
export interface DeniedCall {
  /** For people: what is different from a call of a copy job. */
  readonly what: string;
  readonly request: AccessRequest;
  readonly refuser: Refuser;
}

/** Something that belongs to nobody in the topology. */
export interface Outside {
  /** 12-digit id of an account that the topology does not know. */
  readonly account: string;
  /** A Region in which the topology does nothing. */
  readonly region: string;
}

const DOCUMENTS = {
  identity: identityAlone,
  resource: resourceAlone,
  "resource without IAM": withoutIam,
} satisfies Record<Refuser, unknown>;

export function judgeDenied(call: DeniedCall, documents: ProofDocuments): Verdict {
  return evaluate(call.request, DOCUMENTS[call.refuser](call.request, documents));
}

/**
 * Around the calls of copy jobs: everything that differs from one of them in one thing, and must be refused. One by one,
 * because there are many and none is needed for long. What would ask the same twice is asked once, and what documents
 * cannot tell apart as well: two keys that a role's policies list in the same statements, two roles that a key policy
 * names alike.
 * @param documents those that will be asked. @default - any may be asked, and may tell everything apart
 */
export function* deniedAround(
  calls: Iterable<ProofCall>,
  outside: Outside,
  documents?: ProofDocuments,
): Generator<DeniedCall> {
  const seen = new Set<string>();
  const isNew = (question: string) => seen.size < seen.add(question).size;
  const numberOf = numbering();
  const partiesOf = partiesBefore(documents, numberOf);
  for (const call of calls) {
    const { request, pins } = call;
    const { action } = request;
    const context = numberOf(JSON.stringify(request.context));
    const pinned = numberOf(`${String(request.context["aws:RequestedRegion"])} ${pins.join()}`);
    for (const refuser of refusersOf(request)) {
      const parties = partiesOf(request, refuser);
      if (isNew(`other actions of ${serviceOf(request)} ${parties} ${pinned}`))
        yield* otherActions(call, refuser);
      if (pins.length > 0 && isNew(`other values for ${action} ${parties} ${context}`)) {
        for (const key of pins) yield* otherValues(call, key, outside, refuser);
      }
    }
    const place = request.resource.slice(0, request.resource.lastIndexOf(":"));
    const caller = numberOf(callerOf(request));
    const elsewhere = isNew(`elsewhere than ${place} ${action} ${caller} ${pinned}`)
      ? otherResources(call, outside)
      : [];
    for (const other of [...elsewhere, ...otherPrincipals(call, outside)]) {
      const parties = partiesOf(other.request, other.refuser);
      if (isNew(`others ${action} ${parties} ${context}`)) yield other;
    }
  }
}

function callerOf({ principal }: AccessRequest): string {
  return principal.roleArn ?? principal.arn;
}

/** Numbers texts: equal ones alike. There are many questions, and long texts are slow to compare. */
function numbering(): (text: string) => number {
  const known = new Map<string, number>();
  return (text) => {
    const number = known.get(text) ?? known.size;
    if (number === known.size) known.set(text, number);
    return number;
  };
}

/** Who asks, on what, and who must refuse it, as far as the documents tell them apart: a number for each. */
function partiesBefore(documents: ProofDocuments | undefined, numberOf: (text: string) => number) {
  const known: Readonly<Record<Refuser, Map<string, Map<string, number>>>> = {
    identity: new Map(),
    resource: new Map(),
    "resource without IAM": new Map(),
  };
  return (request: AccessRequest, refuser: Refuser): number => {
    const { resource } = request;
    const caller = callerOf(request);
    let callers = known[refuser].get(resource);
    if (callers === undefined) known[refuser].set(resource, (callers = new Map()));
    let parties = callers.get(caller);
    if (parties === undefined) {
      const alike =
        documents === undefined ? `${caller} on ${resource}` : alikeParties(request, refuser, documents);
      callers.set(caller, (parties = numberOf(`${refuser}: ${alike}`)));
    }
    return parties;
  };
}

function alikeParties(request: AccessRequest, refuser: Refuser, documents: ProofDocuments): string {
  const { identity = [], resource } = DOCUMENTS[refuser](request, documents);
  return refuser === "identity"
    ? `${callerOf(request)} on ${resourceSeenBy(identity, request)}`
    : `${principalSeenBy(resource, request)} on ${request.resource}`;
}

/**
 * Actions that no copy job needs on what it touches. Actions that KMS never allows across accounts would prove nothing
 * about a key policy; so there are others beside them.
 */
const NEEDLESS: Readonly<Record<string, readonly string[]>> = {
  kms: ["kms:ScheduleKeyDeletion", "kms:PutKeyPolicy", "kms:DisableKey", "kms:RevokeGrant", "kms:ListGrants"],
  ec2: ["ec2:RunInstances", "ec2:DisableImage", "ec2:ModifySnapshotTier"],
  autoscaling: [
    "autoscaling:DeleteAutoScalingGroup",
    "autoscaling:TerminateInstanceInAutoScalingGroup",
    "autoscaling:UpdateAutoScalingGroup",
  ],
  ssm: ["ssm:LabelParameterVersion", "ssm:RemoveTagsFromResource"],
  iam: ["iam:PutRolePolicy", "iam:PassRole", "iam:DeleteServiceLinkedRole"],
  servicequotas: ["servicequotas:RequestServiceQuotaIncrease", "servicequotas:AssociateServiceQuotaTemplate"],
  sts: ["sts:TagSession", "sts:SetSourceIdentity"],
};

function otherActions({ request }: ProofCall, refuser: Refuser): DeniedCall[] {
  return (NEEDLESS[serviceOf(request)] ?? []).map((action) => ({
    what: `${action} where the job needs ${request.action}`,
    request: { ...request, action },
    refuser,
  }));
}

const ABSENT: ContextValue = [];

/** Names of ours are told by this from names that a topology might really have. */
const NOBODY = "NOBODY";

function notThe(context: AccessRequest["context"], key: string): string {
  return `${NOBODY}-${String(context[key])}`;
}

/** Values with which a pinned condition key must close. */
const WRONG_VALUES: Readonly<
  Record<string, (request: AccessRequest, outside: Outside) => readonly ContextValue[]>
> = {
  "aws:RequestTag/keyferry:topology": ({ context }) => [
    notThe(context, "aws:RequestTag/keyferry:topology"),
    ABSENT,
  ],
  "aws:RequestedRegion": (_request, { region }) => [region],
  "aws:ResourceTag/keyferry:role": () => ["final"],
  "aws:ResourceTag/keyferry:topology": ({ context }) => [
    notThe(context, "aws:ResourceTag/keyferry:topology"),
    ABSENT,
  ],
  "aws:TagKeys": ({ context }) => [...otherTagKeys(context["aws:TagKeys"]), ABSENT],
  "ec2:Add/group": () => ["all"],
  "ec2:Add/userId": ({ context }, { account }) => [[...[context["ec2:Add/userId"] ?? []].flat(), account]],
  "ec2:Attribute/Description": () => [ABSENT],
  "ec2:Attribute/ImdsSupport": () => ["v1.0", ABSENT],
  "ec2:CreateAction": () => ["RunInstances", ABSENT],
  "ec2:Owner": (_request, { account }) => [account],
  "iam:AWSServiceName": () => ["ecs.amazonaws.com", ABSENT],
  "kms:GrantIsForAWSResource": () => ["false", ABSENT],
  "kms:ViaService": ({ resource }, { region }) => [
    ABSENT,
    viaService("ec2", region),
    viaService("rds", parseArn(resource)?.region ?? region),
  ],
  "sts:ExternalId": ({ context }) => [notThe(context, "sts:ExternalId"), ABSENT],
};

/** Where only tags of ours may be set a user's is too much; where only a user's may be, one of ours is. */
function otherTagKeys(right: ContextValue | undefined): readonly ContextValue[] {
  const keys = [right ?? []].flat();
  const isOurs = keys.some((key) => key.startsWith("keyferry:"));
  if (!isOurs) return [[...keys, "keyferry:topology"]];
  return [["team"], ["keyferry:shared-with"], [`keyferry:shared-with:${NOBODY}/web`]];
}

function otherValues(
  { request }: ProofCall,
  key: string,
  outside: Outside,
  refuser: Refuser,
): readonly DeniedCall[] {
  const values = WRONG_VALUES[key]?.(request, outside) ?? [ABSENT];
  return values.map((value) => ({
    what: value === ABSENT ? `without ${key}` : `with ${key} ${[value].flat().join(", ")}`,
    request: { ...request, context: { ...request.context, [key]: value } },
    refuser,
  }));
}

/** A resource that no copy job touches; what an identity policy says about it. */
function otherResources({ request }: ProofCall, outside: Outside): DeniedCall[] {
  const arn = parseArn(request.resource);
  if (arn === undefined || !refusersOf(request).includes("identity")) return [];
  return strangersOf(arn, outside).map(({ resource, account }) => ({
    what: `on ${resource}`,
    request: { ...request, resource, resourceAccount: account ?? request.resourceAccount },
    refuser: "identity",
  }));
}

const NO_KEY = "00000000-0000-4000-8000-000000000000";

function strangersOf(arn: Arn, outside: Outside): readonly { resource: string; account?: string }[] {
  const { service, region, account, resource } = arn;
  switch (service) {
    case "kms":
      return [
        { resource: keyArn(region, outside.account, NO_KEY), account: outside.account },
        { resource: keyArn(region, account, NO_KEY) },
      ];
    case "autoscaling":
      return [
        { resource: formatArn({ ...arn, resource: `${resource}-${NOBODY}` }) },
        { resource: formatArn({ ...arn, region: outside.region }) },
      ];
    case "ec2":
      return [{ resource: formatArn({ ...arn, region: outside.region }) }];
    case "ssm":
      return [`keyferry-${NOBODY}`, `keyferry/${NOBODY}/web/lease`, NOBODY]
        .map((name) => ({ resource: formatArn({ ...arn, resource: `parameter/${name}` }) }))
        .concat({ resource: formatArn({ ...arn, region: outside.region }) });
    case "iam":
      return [
        { resource: formatArn({ ...arn, resource: `${resource}-${NOBODY}` }) },
        { resource: formatArn({ ...arn, account: outside.account }), account: outside.account },
      ];
    default:
      return [];
  }
}

/** Who else might try the same; what the resource's policy says to them. */
function otherPrincipals({ request, openToAccount }: ProofCall, outside: Outside): DeniedCall[] {
  const others = isAnybody(request.principal)
    ? asAnybodyElsewhere(request, outside)
    : isAutoScaling(request.principal)
      ? asAutoScaling(request, outside, openToAccount === true)
      : asOthers(request, outside);
  return others.map(({ principal, refuser }) => ({
    what: `as ${principal.roleArn ?? principal.arn}`,
    request: { ...request, principal },
    refuser,
  }));
}

interface Other {
  readonly principal: RequestPrincipal;
  readonly refuser: Refuser;
}

function asAutoScaling(
  { principal }: AccessRequest,
  outside: Outside,
  openToAccount: boolean,
): readonly Other[] {
  const partition = partitionOf(principal);
  const elsewhere = {
    principal: autoScalingSession(partition, outside.account),
    refuser: "resource",
  } as const;
  if (openToAccount) return [elsewhere];
  return [
    elsewhere,
    { principal: sessionOf(partition, principal.account, NOBODY), refuser: "resource without IAM" },
  ];
}

/** Everybody of the own account is let in; of another account, nobody, whatever IAM allows there. */
function asAnybodyElsewhere({ principal }: AccessRequest, outside: Outside): readonly Other[] {
  return [{ principal: anybodyOf(partitionOf(principal), outside.account), refuser: "resource" }];
}

function asOthers(request: AccessRequest, outside: Outside): readonly Other[] {
  if (!refusersOf(request).includes("resource")) return [];
  const { principal, resourceAccount } = request;
  const partition = partitionOf(principal);
  const role = principal.roleArn?.split("/").at(-1) ?? NOBODY;
  const stranger = sessionOf(partition, outside.account, role);
  if (serviceOf(request) === "sts") {
    const owner = {
      principal: sessionOf(partition, resourceAccount, NOBODY),
      refuser: "resource",
    } as const;
    return [
      { principal: stranger, refuser: "resource" },
      ...(resourceAccount === principal.account ? [] : [owner]),
    ];
  }
  return [
    { principal: stranger, refuser: "resource" },
    { principal: sessionOf(partition, principal.account, NOBODY), refuser: "resource" },
    { principal: sessionOf(partition, principal.account, role, `/${NOBODY}/`), refuser: "resource" },
  ];
}

/**
 * Who must refuse by itself: a key of the caller's own account leaves the caller's IAM to decide, so there the identity
 * policy; another account's key both. To a service-linked role, and to whoever uses an EBS default key, IAM allows
 * nothing on a key; of who assumes a role nothing but the role's trust policy is ours.
 */
function refusersOf(request: AccessRequest): readonly Refuser[] {
  const { principal, resourceAccount } = request;
  if (isAutoScaling(principal) || isAnybody(principal)) return ["resource without IAM"];
  if (serviceOf(request) === "sts") return ["resource"];
  const isForeign = serviceOf(request) === "kms" && principal.account !== resourceAccount;
  return isForeign ? ["identity", "resource"] : ["identity"];
}

function isAutoScaling(principal: RequestPrincipal): boolean {
  return principal.roleArn?.includes(":role/aws-service-role/") === true;
}

function serviceOf({ action }: AccessRequest): string {
  return action.slice(0, action.indexOf(":"));
}

function partitionOf(principal: RequestPrincipal): string {
  return parseArn(principal.arn)?.partition ?? "";
}
