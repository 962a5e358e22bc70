import type { Operation } from "../../contract";
import type { MountedService } from "../../dispatch";
import type { Identities } from "../../identity/identities";
import { on, onProfileWithRole, type Subject } from "./access";
import { propagating, READING } from "./propagation";
import { iamRelays } from "./relays";
import { createServiceLinkedRole } from "./service-linked-role";
import { userBoundaryOperations } from "./user-boundaries";

/** Operations that moto answers, by the resource that they are checked on. */
const FORWARDED: Readonly<Record<Subject, readonly string[]>> = {
  role: [
    "AttachRolePolicy",
    "CreateRole",
    "DeleteRole",
    "DeleteRolePermissionsBoundary",
    "DeleteRolePolicy",
    "DeleteServiceLinkedRole",
    "DetachRolePolicy",
    "GetRole",
    "GetRolePolicy",
    "ListAttachedRolePolicies",
    "ListInstanceProfilesForRole",
    "ListRolePolicies",
    "ListRoleTags",
    "PutRolePermissionsBoundary",
    "PutRolePolicy",
    "TagRole",
    "UntagRole",
    "UpdateAssumeRolePolicy",
    "UpdateRole",
    "UpdateRoleDescription",
  ],
  policy: [
    "CreatePolicyVersion",
    "DeletePolicy",
    "DeletePolicyVersion",
    "GetPolicy",
    "GetPolicyVersion",
    "ListEntitiesForPolicy",
    "ListPolicyTags",
    "ListPolicyVersions",
    "SetDefaultPolicyVersion",
    "TagPolicy",
    "UntagPolicy",
  ],
  newPolicy: ["CreatePolicy"],
  user: [
    "AttachUserPolicy",
    "CreateAccessKey",
    "CreateUser",
    "DeleteAccessKey",
    "DeleteLoginProfile",
    "DeleteSigningCertificate",
    "DeleteUser",
    "DeleteUserPolicy",
    "DetachUserPolicy",
    "GetLoginProfile",
    "GetUser",
    "GetUserPolicy",
    "ListAccessKeys",
    "ListAttachedUserPolicies",
    "ListGroupsForUser",
    "ListMFADevices",
    "ListSSHPublicKeys",
    "ListSigningCertificates",
    "ListUserPolicies",
    "ListUserTags",
    "PutUserPolicy",
    "TagUser",
    "UntagUser",
    "UpdateAccessKey",
    "UpdateSigningCertificate",
    "UpdateUser",
    "UploadSigningCertificate",
  ],
  group: [
    "AddUserToGroup",
    "AttachGroupPolicy",
    "CreateGroup",
    "DeleteGroup",
    "DeleteGroupPolicy",
    "DetachGroupPolicy",
    "GetGroup",
    "GetGroupPolicy",
    "ListAttachedGroupPolicies",
    "ListGroupPolicies",
    "PutGroupPolicy",
    "RemoveUserFromGroup",
  ],
  instanceProfile: [
    "CreateInstanceProfile",
    "DeleteInstanceProfile",
    "GetInstanceProfile",
    "ListInstanceProfileTags",
    "RemoveRoleFromInstanceProfile",
    "TagInstanceProfile",
    "UntagInstanceProfile",
  ],
  any: [
    "CreateAccountAlias",
    "DeleteAccountAlias",
    "GetAccountSummary",
    "GetServiceLinkedRoleDeletionStatus",
    "GetAccessKeyLastUsed",
    "ListAccountAliases",
    "ListGroups",
    "ListInstanceProfiles",
    "ListPolicies",
    "ListRoles",
    "ListUsers",
  ],
};

/** IAM: authorised here, stored in moto. */
export function iamService(identities: Identities): MountedService {
  const forwarded = { ...table(identities), AddRoleToInstanceProfile: onProfileWithRole(identities) };
  const relays = iamRelays(identities);
  return {
    name: "iam",
    protocol: "query",
    xmlNamespace: "https://iam.amazonaws.com/doc/2010-05-08/",
    operations: {
      CreateServiceLinkedRole: createServiceLinkedRole(identities),
      ...userBoundaryOperations(identities),
    },
    forwarded,
    relays: Object.fromEntries(
      Object.keys(forwarded).map((name) => [name, propagating(name, identities, relays[name])]),
    ),
    afterForward: (operation) => {
      if (!READING.test(operation)) identities.written();
    },
  };
}

function table(identities: Identities): Record<string, Operation["checks"]> {
  return Object.fromEntries(
    Object.entries(FORWARDED).flatMap(([subject, operations]) =>
      operations.map((operation) => [operation, on(subject as Subject, identities)]),
    ),
  );
}
