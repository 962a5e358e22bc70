import { documentProblems } from "@keyferry/evaluator";
import { AwsError, type Call, type JsonObject, type OperationTable } from "../../contract";
import { addPolicy, attach } from "./create";
import { onOrganization, required, text } from "./operation";
import {
  arnIn,
  POLICY_TYPES,
  type ControlPolicy,
  type Organization,
  type OrganizationsState,
  type PolicyType,
} from "./state";
import { rootOf } from "./structure";

/** Source: Organizations user guide, "Quotas": an entity always keeps one policy of each enabled type. */
const LEAST_ATTACHED = 1;
const MOST_ATTACHED = 5;
const LONGEST_DOCUMENT = 5120;

/** Service control policies and resource control policies. */
export function policyOperations(state: OrganizationsState): OperationTable {
  return {
    EnablePolicyType: onOrganization(state, (of, call) => {
      const type = typeIn(call, "PolicyType");
      requireRoot(of, call);
      if (of.enabled.includes(type))
        throw new AwsError(
          "PolicyTypeAlreadyEnabledException",
          "The specified policy type is already enabled.",
        );
      of.enabled = [...of.enabled, type];
      return { Root: rootOf(of) };
    }),
    DisablePolicyType: onOrganization(state, (of, call) => {
      const type = typeIn(call, "PolicyType");
      requireRoot(of, call);
      if (!of.enabled.includes(type)) throw notEnabled();
      of.enabled = of.enabled.filter((other) => other !== type);
      return { Root: rootOf(of) };
    }),
    CreatePolicy: onOrganization(state, (of, call) => {
      const type = typeIn(call, "Type");
      const name = required(call, "Name");
      if (Object.values(of.policies).some((policy) => policy.type === type && policy.name === name))
        throw new AwsError("DuplicatePolicyException", "A policy with the same name already exists.");
      const about = { type, name, description: text(call, "Description"), content: documentIn(call) };
      return { Policy: whole(of, addPolicy(of, about)) };
    }),
    UpdatePolicy: onOrganization(state, (of, call) => {
      const policy = ownPolicy(of, call);
      policy.name = text(call, "Name") || policy.name;
      policy.description = text(call, "Description") || policy.description;
      if (call.input["Content"] !== undefined) policy.content = documentIn(call);
      return { Policy: whole(of, policy) };
    }),
    DeletePolicy: onOrganization(state, (of, call) => {
      const { id } = ownPolicy(of, call);
      if (targetsOf(of, id).length > 0)
        throw new AwsError("PolicyInUseException", "The policy is attached to one or more entities.");
      delete of.policies[id];
      return {};
    }),
    DescribePolicy: onOrganization(state, (of, call) => ({ Policy: whole(of, policyIn(of, call)) })),
    ListPolicies: onOrganization(state, (of, call) => {
      const type = typeIn(call, "Filter");
      const found = Object.values(of.policies).filter((policy) => policy.type === type);
      return { Policies: found.map((policy) => summary(of, policy)) };
    }),
    ListPoliciesForTarget: onOrganization(state, (of, call) => {
      const type = typeIn(call, "Filter");
      return { Policies: attachedTo(of, targetIn(of, call), type).map((policy) => summary(of, policy)) };
    }),
    ListTargetsForPolicy: onOrganization(state, (of, call) => ({
      Targets: targetsOf(of, policyIn(of, call).id).map((id) => described(of, id)),
    })),
    AttachPolicy: onOrganization(state, (of, call) => {
      const { id, type } = policyIn(of, call);
      const target = targetIn(of, call);
      if (!of.enabled.includes(type)) throw notEnabled();
      const attached = attachedTo(of, target, type);
      if (attached.some((policy) => policy.id === id))
        throw new AwsError(
          "DuplicatePolicyAttachmentException",
          "The policy is already attached to the target.",
        );
      if (attached.length >= MOST_ATTACHED)
        throw constraint(`An entity has at most ${MOST_ATTACHED} policies of a type.`);
      attach(of, id, target);
      return {};
    }),
    DetachPolicy: onOrganization(state, (of, call) => {
      const { id, type } = policyIn(of, call);
      const target = targetIn(of, call);
      const attached = attachedTo(of, target, type);
      if (!attached.some((policy) => policy.id === id))
        throw new AwsError(
          "PolicyNotAttachedException",
          "The policy isn't attached to the specified target.",
        );
      if (attached.length <= LEAST_ATTACHED)
        throw constraint("You can't remove the last policy attached to the target.");
      of.attached[target] = (of.attached[target] ?? []).filter((other) => other !== id);
      return {};
    }),
  };
}

function typeIn(call: Call, parameter: string): PolicyType {
  const type = POLICY_TYPES.find((known) => known === required(call, parameter));
  if (type !== undefined) return type;
  throw new AwsError(
    "UnsupportedOperation",
    `The rehearsal cloud does not model policies of type ${required(call, parameter)} in Organizations.`,
  );
}

function documentIn(call: Call): string {
  const content = required(call, "Content");
  if (content.length > LONGEST_DOCUMENT)
    throw constraint(`You have exceeded the maximum policy size of ${LONGEST_DOCUMENT} characters.`);
  let document: unknown;
  try {
    document = JSON.parse(content);
  } catch {
    throw malformed();
  }
  if (documentProblems(document).length > 0) throw malformed();
  return content;
}

function policyIn(of: Organization, call: Call): ControlPolicy {
  const policy = of.policies[required(call, "PolicyId")];
  if (policy !== undefined) return policy;
  throw new AwsError("PolicyNotFoundException", "You specified a policy that doesn't exist.");
}

function ownPolicy(of: Organization, call: Call): ControlPolicy {
  const policy = policyIn(of, call);
  if (!policy.awsManaged) return policy;
  throw new AwsError("PolicyChangesNotAllowedException", "You can't change a policy that AWS manages.");
}

function targetIn(of: Organization, call: Call): string {
  const id = required(call, "TargetId");
  if (id === of.root || of.units[id] !== undefined || of.members[id] !== undefined) return id;
  throw new AwsError("TargetNotFoundException", "You specified a target that doesn't exist.");
}

function requireRoot(of: Organization, call: Call): void {
  if (required(call, "RootId") === of.root) return;
  throw new AwsError("RootNotFoundException", "You specified a root that doesn't exist.");
}

function attachedTo(of: Organization, target: string, type: PolicyType): readonly ControlPolicy[] {
  return (of.attached[target] ?? []).flatMap((id) => {
    const policy = of.policies[id];
    return policy?.type === type ? policy : [];
  });
}

function targetsOf(of: Organization, policy: string): readonly string[] {
  return Object.entries(of.attached).flatMap(([target, ids]) => (ids.includes(policy) ? target : []));
}

function described(of: Organization, id: string): JsonObject {
  if (id === of.root) return { TargetId: id, Arn: arnIn(of, "root", id), Name: "Root", Type: "ROOT" };
  const unit = of.units[id];
  if (unit !== undefined)
    return { TargetId: id, Arn: arnIn(of, "ou", id), Name: unit.name, Type: "ORGANIZATIONAL_UNIT" };
  return { TargetId: id, Arn: arnIn(of, "account", id), Name: of.members[id]?.name, Type: "ACCOUNT" };
}

function whole(of: Organization, policy: ControlPolicy): JsonObject {
  return { PolicySummary: summary(of, policy), Content: policy.content };
}

function summary(of: Organization, { id, name, description, type, awsManaged }: ControlPolicy): JsonObject {
  const path = `policy/${type.toLowerCase()}/${id}`;
  const Arn = awsManaged
    ? `arn:${of.partition}:organizations::aws:${path}`
    : arnIn(of, "policy", `${type.toLowerCase()}/${id}`);
  return { Id: id, Arn, Name: name, Description: description, Type: type, AwsManaged: awsManaged };
}

function notEnabled(): AwsError {
  return new AwsError(
    "PolicyTypeNotEnabledException",
    "The specified policy type isn't enabled for the root.",
  );
}

function malformed(): AwsError {
  return new AwsError("MalformedPolicyDocumentException", "The provided policy document is not valid.");
}

function constraint(message: string): AwsError {
  return new AwsError("ConstraintViolationException", message);
}
