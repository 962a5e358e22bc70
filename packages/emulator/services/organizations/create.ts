import { sha256 } from "@keyferry/common";
import {
  POLICY_TYPES,
  type ControlPolicy,
  type Organization,
  type OrganizationsState,
  type PolicyType,
} from "./state";

/** Attached to every target until it is detached. Source: Organizations user guide, "Managed SCPs", "Managed RCPs". */
export const MANAGED_POLICIES: Readonly<Record<PolicyType, ControlPolicy>> = {
  SERVICE_CONTROL_POLICY: managed(
    "SERVICE_CONTROL_POLICY",
    "FullAWSAccess",
    "Allows access to every operation",
    {
      Effect: "Allow",
      Action: "*",
      Resource: "*",
    },
  ),
  RESOURCE_CONTROL_POLICY: managed(
    "RESOURCE_CONTROL_POLICY",
    "RCPFullAWSAccess",
    "Allows access to every resource",
    { Effect: "Allow", Principal: "*", Action: "*", Resource: "*" },
  ),
};

function managed(type: PolicyType, name: string, description: string, statement: object): ControlPolicy {
  const content = JSON.stringify({ Version: "2012-10-17", Statement: [statement] });
  return { id: `p-${name}`, type, awsManaged: true, name, description, content };
}

/** An organisation with its management account in it. @param id `o-...` @default - derived from the account */
export function newOrganization(
  state: OrganizationsState,
  management: string,
  partition: string,
  joined: Date,
  id = `o-${sha256(management).slice(0, 10)}`,
): Organization {
  const root = `r-${sha256(id).slice(0, 4)}`;
  const organization: Organization = {
    id,
    partition,
    management,
    root,
    units: {},
    members: {},
    policies: {},
    attached: {},
    enabled: [],
  };
  for (const type of POLICY_TYPES) {
    const policy = MANAGED_POLICIES[type];
    organization.policies[policy.id] = { ...policy };
  }
  attachManaged(organization, root);
  state.organizations[id] = organization;
  addMember(organization, management, root, joined);
  return organization;
}

export function addMember(
  organization: Organization,
  account: string,
  parent: string,
  joined: Date,
  name = account,
): void {
  organization.members[account] = { account, name, joined, parent };
  attachManaged(organization, account);
}

/** @param id @default - derived from its parent and its name */
export function addUnit(
  organization: Organization,
  parent: string,
  name: string,
  id = `ou-${organization.root.slice(2)}-${sha256(`${parent}/${name}`).slice(0, 8)}`,
): string {
  organization.units[id] = { id, name, parent };
  attachManaged(organization, id);
  return id;
}

export function addPolicy(
  organization: Organization,
  policy: Pick<ControlPolicy, "type" | "name" | "description" | "content">,
): ControlPolicy {
  const id = `p-${sha256(`${organization.id}/${policy.type}/${policy.name}`).slice(0, 8)}`;
  const added: ControlPolicy = { id, awsManaged: false, ...policy };
  organization.policies[id] = added;
  return added;
}

export function attach({ attached }: Organization, policy: string, target: string): void {
  attached[target] = [...new Set([...(attached[target] ?? []), policy])];
}

function attachManaged(organization: Organization, target: string): void {
  for (const type of POLICY_TYPES) attach(organization, MANAGED_POLICIES[type].id, target);
}
