/** Organisations as plain data. Nothing here depends on a Region. */

export type PolicyType = "SERVICE_CONTROL_POLICY" | "RESOURCE_CONTROL_POLICY";

export const POLICY_TYPES: readonly PolicyType[] = ["SERVICE_CONTROL_POLICY", "RESOURCE_CONTROL_POLICY"];

export interface Unit {
  readonly id: string;
  readonly name: string;
  /** Root or unit. */
  readonly parent: string;
}

export interface Member {
  /** 12 digits. */
  readonly account: string;
  readonly name: string;
  readonly joined: Date;
  /** Root or unit. */
  parent: string;
}

export interface ControlPolicy {
  readonly id: string;
  readonly type: PolicyType;
  readonly awsManaged: boolean;
  name: string;
  description: string;
  /** JSON. */
  content: string;
}

export interface Organization {
  /** `o-...` */
  readonly id: string;
  readonly partition: string;
  /** 12 digits. */
  readonly management: string;
  /** `r-...` */
  readonly root: string;
  readonly units: Record<string, Unit>;
  /** By account, including the management account. */
  readonly members: Record<string, Member>;
  readonly policies: Record<string, ControlPolicy>;
  /** Root, unit or account -> ids of policies. */
  readonly attached: Record<string, readonly string[]>;
  /** Types that are enabled at the root. */
  enabled: readonly PolicyType[];
}

export interface OrganizationsState {
  /** By id. An account is in at most one of them. */
  organizations: Record<string, Organization>;
}

export function emptyOrganizationsState(): OrganizationsState {
  return { organizations: {} };
}

export function organizationOf(state: OrganizationsState, account: string): Organization | undefined {
  return Object.values(state.organizations).find(({ members }) => members[account] !== undefined);
}

/** The root, the units and the account itself: the targets of policies, from the top. */
export function lineOf(organization: Organization, account: string): readonly string[] {
  const line = [account];
  let above: string | undefined = organization.members[account]?.parent;
  while (above !== undefined) {
    line.unshift(above);
    above = organization.units[above]?.parent;
  }
  return line;
}

/** ARN of an entity of an organisation. */
export function arnIn(organization: Organization, kind: string, id: string): string {
  const { partition, management, id: own } = organization;
  const path = kind === "organization" ? own : `${own}/${id}`;
  return `arn:${partition}:organizations::${management}:${kind}/${path}`;
}
