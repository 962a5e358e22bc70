import { parseArn } from "@keyferry/common";
import { AwsError, type JsonObject, type OperationTable } from "../../contract";
import { addUnit, newOrganization } from "./create";
import { onOrganization, required } from "./operation";
import {
  arnIn,
  organizationOf,
  type Member,
  type Organization,
  type OrganizationsState,
  type Unit,
} from "./state";

/** The organisation, its roots, units and accounts. */
export function structureOperations(state: OrganizationsState): OperationTable {
  return {
    CreateOrganization: {
      checks: () => [{ action: "organizations:CreateOrganization", resource: "*" }],
      run(call, cloud) {
        const { account, arn } = call.caller;
        if (organizationOf(state, account) !== undefined)
          throw new AwsError(
            "AlreadyInOrganizationException",
            "The AWS account is already a member of an organization.",
          );
        const partition = parseArn(arn)?.partition ?? "aws";
        return { Organization: described(newOrganization(state, account, partition, cloud.clock.now())) };
      },
    },
    DescribeOrganization: onOrganization(state, (of) => ({ Organization: described(of) }), { members: true }),
    ListRoots: onOrganization(state, (of) => ({ Roots: [rootOf(of)] })),
    ListAccounts: onOrganization(state, (of) => ({
      Accounts: Object.values(of.members).map((member) => accountOf(of, member)),
    })),
    DescribeAccount: onOrganization(state, (of, call) => ({
      Account: accountOf(of, memberIn(of, required(call, "AccountId"))),
    })),
    ListAccountsForParent: onOrganization(state, (of, call) => {
      const parent = parentIn(of, required(call, "ParentId"));
      const members = Object.values(of.members).filter((member) => member.parent === parent);
      return { Accounts: members.map((member) => accountOf(of, member)) };
    }),
    ListOrganizationalUnitsForParent: onOrganization(state, (of, call) => {
      const parent = parentIn(of, required(call, "ParentId"));
      const units = Object.values(of.units).filter((unit) => unit.parent === parent);
      return { OrganizationalUnits: units.map((unit) => unitOf(of, unit)) };
    }),
    DescribeOrganizationalUnit: onOrganization(state, (of, call) => {
      const unit = of.units[required(call, "OrganizationalUnitId")];
      if (unit === undefined) throw missing("OrganizationalUnit", "an organizational unit");
      return { OrganizationalUnit: unitOf(of, unit) };
    }),
    CreateOrganizationalUnit: onOrganization(state, (of, call) => {
      const parent = parentIn(of, required(call, "ParentId"));
      const name = required(call, "Name");
      const taken = Object.values(of.units).some((unit) => unit.parent === parent && unit.name === name);
      if (taken)
        throw new AwsError(
          "DuplicateOrganizationalUnitException",
          "An OU with the same name already exists.",
        );
      const unit = of.units[addUnit(of, parent, name)];
      return { OrganizationalUnit: unit && unitOf(of, unit) };
    }),
    ListParents: onOrganization(state, (of, call) => {
      const child = required(call, "ChildId");
      const parent = of.members[child]?.parent ?? of.units[child]?.parent;
      if (parent === undefined) throw missing("Child", "a child");
      return { Parents: [{ Id: parent, Type: parent === of.root ? "ROOT" : "ORGANIZATIONAL_UNIT" }] };
    }),
    MoveAccount: onOrganization(state, (of, call) => {
      const member = memberIn(of, required(call, "AccountId"));
      if (member.parent !== required(call, "SourceParentId"))
        throw missing("SourceParent", "the source parent");
      member.parent = parentIn(of, required(call, "DestinationParentId"), "DestinationParent");
      return {};
    }),
  };
}

function described(of: Organization): JsonObject {
  return {
    Id: of.id,
    Arn: arnIn(of, "organization", ""),
    FeatureSet: "ALL",
    MasterAccountArn: arnIn(of, "account", of.management),
    MasterAccountId: of.management,
    MasterAccountEmail: emailOf(of.management),
    AvailablePolicyTypes: [{ Type: "SERVICE_CONTROL_POLICY", Status: "ENABLED" }],
  };
}

/** A root in the form of responses. */
export function rootOf(of: Organization): JsonObject {
  return {
    Id: of.root,
    Arn: arnIn(of, "root", of.root),
    Name: "Root",
    PolicyTypes: of.enabled.map((Type) => ({ Type, Status: "ENABLED" })),
  };
}

function accountOf(of: Organization, { account, name, joined }: Member): JsonObject {
  return {
    Id: account,
    Arn: arnIn(of, "account", account),
    Email: emailOf(account),
    Name: name,
    Status: "ACTIVE",
    State: "ACTIVE",
    JoinedMethod: account === of.management ? "CREATED" : "INVITED",
    JoinedTimestamp: joined,
  };
}

function unitOf(of: Organization, { id, name }: Unit): JsonObject {
  return { Id: id, Arn: arnIn(of, "ou", id), Name: name };
}

function emailOf(account: string): string {
  return `${account}@example.com`;
}

function memberIn(of: Organization, account: string): Member {
  const member = of.members[account];
  if (member === undefined) throw missing("Account", "an account");
  return member;
}

function parentIn(of: Organization, id: string, what = "Parent"): string {
  if (id === of.root || of.units[id] !== undefined) return id;
  throw missing(what, "a root or organizational unit");
}

/** @param what the name in the error's code */
function missing(what: string, thing: string): AwsError {
  return new AwsError(`${what}NotFoundException`, `You specified ${thing} that doesn't exist.`);
}
