import type { ContextValue, Documents, NamedDocument, OrganizationLevel } from "@keyferry/evaluator";
import type { OrganizationDirectory } from "../../contract";
import {
  arnIn,
  lineOf,
  organizationOf,
  type ControlPolicy,
  type Organization,
  type OrganizationsState,
  type PolicyType,
} from "./state";

const KINDS: Readonly<Record<PolicyType, string>> = {
  SERVICE_CONTROL_POLICY: "service control policy",
  RESOURCE_CONTROL_POLICY: "resource control policy",
};

/** Organisations as authorisation and sharing use them. */
export class Organizations implements OrganizationDirectory {
  /** A text is parsed once, because the evaluator recognises documents by identity. */
  private readonly parsed = new Map<string, NamedDocument>();

  constructor(private readonly state: OrganizationsState) {}

  includes(arn: string, account: string): boolean {
    const organization = organizationOf(this.state, account);
    if (organization === undefined) return false;
    if (arn === arnIn(organization, "organization", "")) return true;
    return lineOf(organization, account).some((id) => arn === arnIn(organization, "ou", id));
  }

  /**
   * Condition keys about the caller's and the resource's organisation. Source: IAM user guide, "AWS global condition
   * context keys".
   */
  contextOf(principalAccount: string, resourceAccount: string): Readonly<Record<string, ContextValue>> {
    return { ...this.keysOf("Principal", principalAccount), ...this.keysOf("Resource", resourceAccount) };
  }

  /**
   * The control policies that apply to a request: the SCPs of the caller's account, the RCPs of the resource's account.
   * Neither applies to a management account. Source: Organizations user guide, "Service control policies", "Resource
   * control policies".
   */
  policiesFor(
    principalAccount: string,
    resourceAccount: string,
  ): Pick<Documents, "serviceControlPolicies" | "resourceControlPolicies"> {
    return {
      serviceControlPolicies: this.levels(principalAccount, "SERVICE_CONTROL_POLICY"),
      resourceControlPolicies: this.levels(resourceAccount, "RESOURCE_CONTROL_POLICY"),
    };
  }

  private keysOf(whose: "Principal" | "Resource", account: string): Readonly<Record<string, ContextValue>> {
    const organization = organizationOf(this.state, account);
    if (organization === undefined) return {};
    const above = lineOf(organization, account).slice(0, -1);
    return {
      [`aws:${whose}OrgID`]: organization.id,
      [`aws:${whose}OrgPaths`]: [`${[organization.id, ...above].join("/")}/`],
    };
  }

  private levels(account: string, type: PolicyType): readonly OrganizationLevel[] | undefined {
    const organization = organizationOf(this.state, account);
    if (organization === undefined || organization.management === account) return undefined;
    if (!organization.enabled.includes(type)) return undefined;
    return lineOf(organization, account).map((target) => this.attached(organization, target, type));
  }

  private attached(
    { policies, attached }: Organization,
    target: string,
    type: PolicyType,
  ): OrganizationLevel {
    return (attached[target] ?? [])
      .flatMap((id) => policies[id] ?? [])
      .filter((policy) => policy.type === type)
      .map((policy) => this.document(policy));
  }

  private document({ id, name, type, content }: ControlPolicy): NamedDocument {
    const label = `${KINDS[type]} ${name} (${id})`;
    const key = `${label}\n${content}`;
    const known = this.parsed.get(key) ?? { name: label, document: JSON.parse(content) as unknown };
    this.parsed.set(key, known);
    return known;
  }
}
