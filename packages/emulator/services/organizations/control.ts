import { documentProblems } from "@keyferry/evaluator";
import { addMember, addPolicy, addUnit, attach, newOrganization } from "./create";
import {
  arnIn,
  emptyOrganizationsState,
  type Organization,
  type OrganizationsState,
  type PolicyType,
} from "./state";

/** Organisations that cannot be created from their description. */
export class BadOrganization extends TypeError {}

/** A unit as the administrator of the rehearsal cloud describes it. */
interface UnitInput {
  readonly name?: unknown;
  readonly id?: unknown;
  readonly accounts?: unknown;
  readonly units?: unknown;
}

const PARTS: Readonly<Record<string, PolicyType>> = {
  serviceControlPolicies: "SERVICE_CONTROL_POLICY",
  resourceControlPolicies: "RESOURCE_CONTROL_POLICY",
};
const ORGANIZATION_ID = /^o-[a-z0-9]{10,32}$/;
const UNIT_ID = /^ou-[0-9a-z]{4,32}-[a-z0-9]{8,32}$/;

/**
 * Creates the described organisations: `[{ management, id?, accounts?, units?, serviceControlPolicies?,
 * resourceControlPolicies? }]`, a unit as `{ name, id?, accounts?, units? }`, a policy as `{ name, document, targets
 * }`, a target by `root`, an account's or a unit's name or id.
 * @throws BadOrganization with every problem; nothing is changed then
 */
export function describeOrganizations(state: OrganizationsState, given: unknown, now: Date): void {
  const next = emptyOrganizationsState();
  const problems: string[] = [];
  if (!Array.isArray(given))
    throw new BadOrganization('organizations must be a list, e.g. [{"management":"111111111111"}]');
  for (const [index, item] of (given as readonly unknown[]).entries()) {
    const reader = new Reader(next, now, `organizations[${index}]`, problems);
    reader.read(objectOf(item));
  }
  if (problems.length > 0) throw new BadOrganization(problems.join("; "));
  state.organizations = next.organizations;
}

/** The existing organisations, with the ids and ARNs that policies and launch permissions name. */
export function reportOrganizations({ organizations }: OrganizationsState): object {
  return {
    organizations: Object.values(organizations).map((organization) => ({
      id: organization.id,
      arn: arnIn(organization, "organization", ""),
      management: organization.management,
      root: organization.root,
      enabled: organization.enabled,
      units: Object.values(organization.units).map((unit) => ({
        ...unit,
        arn: arnIn(organization, "ou", unit.id),
      })),
      accounts: Object.values(organization.members).map(({ account, parent }) => ({ account, parent })),
      policies: Object.values(organization.policies).map(({ id, name, type }) => ({
        id,
        name,
        type,
        targets: Object.entries(organization.attached).flatMap(([target, ids]) =>
          ids.includes(id) ? target : [],
        ),
      })),
    })),
  };
}

class Reader {
  constructor(
    private readonly state: OrganizationsState,
    private readonly now: Date,
    private readonly at: string,
    private readonly problems: string[],
  ) {}

  read(given: Readonly<Record<string, unknown>>): void {
    const { management, id } = given;
    if (!this.isAccount(management, `${this.at}.management`)) return;
    if (id !== undefined && !(typeof id === "string" && ORGANIZATION_ID.test(id))) {
      this.problem("id", 'must be like "o-a1b2c3d4e5"');
      return;
    }
    const organization = newOrganization(this.state, management, "aws", this.now, id);
    this.readUnit(organization, organization.root, given, this.at);
    for (const [part, type] of Object.entries(PARTS))
      this.readPolicies(organization, type, given[part], part);
  }

  private readUnit(organization: Organization, parent: string, given: UnitInput, at: string): void {
    for (const [index, account] of listOf(given.accounts).entries()) {
      if (this.isAccount(account, `${at}.accounts[${index}]`))
        addMember(organization, account, parent, this.now);
    }
    for (const [index, item] of listOf(given.units).entries()) {
      const place = `${at}.units[${index}]`;
      const unit: UnitInput = objectOf(item);
      if (typeof unit.name !== "string" || unit.name === "") {
        this.problems.push(`${place}.name must be a string`);
      } else if (unit.id !== undefined && !(typeof unit.id === "string" && UNIT_ID.test(unit.id))) {
        this.problems.push(`${place}.id must be like "ou-ab12-11111111"`);
      } else {
        this.readUnit(organization, addUnit(organization, parent, unit.name, unit.id), unit, place);
      }
    }
  }

  private readPolicies(organization: Organization, type: PolicyType, given: unknown, part: string): void {
    if (given === undefined) return;
    organization.enabled = [...organization.enabled, type];
    for (const [index, item] of listOf(given).entries()) {
      const at = `${part}[${index}]`;
      const { name, document, targets } = objectOf(item);
      const [wrong] = documentProblems(document);
      if (typeof name !== "string" || name === "") this.problem(`${at}.name`, "must be a string");
      else if (wrong !== undefined) this.problem(`${at}.document`, `is not a policy: ${wrong}`);
      else {
        const policy = addPolicy(organization, {
          type,
          name,
          description: "",
          content: JSON.stringify(document),
        });
        for (const target of listOf(targets)) this.attach(organization, policy.id, target, at);
      }
    }
  }

  private attach(organization: Organization, policy: string, named: unknown, at: string): void {
    const { root, units, members } = organization;
    const unit = Object.values(units).find(({ id, name }) => id === named || name === named)?.id;
    const account = typeof named === "string" ? members[named]?.account : undefined;
    const target = named === "root" ? root : (unit ?? account);
    if (target === undefined)
      this.problem(`${at}.targets`, `names ${String(named)}: no account, unit or "root" of it`);
    else attach(organization, policy, target);
  }

  private isAccount(value: unknown, at: string): value is string {
    if (typeof value !== "string" || !/^\d{12}$/.test(value)) {
      this.problems.push(`${at} must be 12 digits`);
      return false;
    }
    const taken = Object.values(this.state.organizations).some(({ members }) => members[value] !== undefined);
    if (taken) this.problems.push(`${at}: account ${value} is in an organisation already`);
    return !taken;
  }

  private problem(where: string, what: string): void {
    this.problems.push(`${this.at}.${where} ${what}`);
  }
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? (value as readonly unknown[]) : [];
}

function objectOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null ? (value as Readonly<Record<string, unknown>>) : {};
}
