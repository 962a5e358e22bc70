import type { Rule } from "../types";
import { actionOfAnotherService } from "./action-of-another-service";
import { actionWithoutResourceLevel } from "./action-without-resource-level";
import { aliasAsResource } from "./alias-as-resource";
import { assumedRoleSession } from "./assumed-role-session";
import { conditionKeyForAction } from "./condition-key-for-action";
import { dashOrCurlyQuote } from "./dash-or-curly-quote";
import { deletedPrincipal } from "./deleted-principal";
import { duplicateElement } from "./duplicate-element";
import { duplicateSid } from "./duplicate-sid";
import { forAllValuesWithoutNull } from "./for-all-values-without-null";
import { grantConditionsCombined } from "./grant-conditions-combined";
import { imageArnWithAccount } from "./image-arn-with-account";
import { ineffectiveAcrossAccounts } from "./ineffective-across-accounts";
import { keyAccount } from "./key-account";
import { keyArnForm } from "./key-arn-form";
import { keyLockout } from "./key-lockout";
import { keyPolicyResource } from "./key-policy-resource";
import { keyRegion } from "./key-region";
import { keyWildcardResource } from "./key-wildcard-resource";
import { keyWithoutAccount } from "./key-without-account";
import { kmsReencryptAction } from "./kms-reencrypt-action";
import { kmsStarToAnotherAccount } from "./kms-star-to-another-account";
import { malformedJson } from "./malformed-json";
import { malformedPolicy } from "./malformed-policy";
import { notPrincipal } from "./not-principal";
import { oidcAnySubject } from "./oidc-any-subject";
import { operatorNeverMatches } from "./operator-never-matches";
import { partitionMismatch } from "./partition-mismatch";
import { placeholder } from "./placeholder";
import { policySize } from "./policy-size";
import { policyVersion } from "./policy-version";
import { principalAccountId } from "./principal-account-id";
import { principalDoesNotExist } from "./principal-does-not-exist";
import { principalForm } from "./principal-form";
import { principalInIdentityPolicy } from "./principal-in-identity-policy";
import { principalMissing } from "./principal-missing";
import { principalWildcard } from "./principal-wildcard";
import { publicPrincipal } from "./public-principal";
import { replicationReadAction } from "./replication-read-action";
import { resourceForm } from "./resource-form";
import { resourceInTrustPolicy } from "./resource-in-trust-policy";
import { revokeGrantToAnotherAccount } from "./revoke-grant-to-another-account";
import { s3AclAction } from "./s3-acl-action";
import { s3ActionResource } from "./s3-action-resource";
import { s3ArnInKeyPolicy } from "./s3-arn-in-key-policy";
import { s3EncryptionContext } from "./s3-encryption-context";
import { secureTransportReversed } from "./secure-transport-reversed";
import { serviceLinkedRoleCondition } from "./service-linked-role-condition";
import { serviceLinkedRoleOfAnotherAccount } from "./service-linked-role-of-another-account";
import { serviceLinkedRolePrincipal } from "./service-linked-role-principal";
import { servicePrincipalForVolumes } from "./service-principal-for-volumes";
import { sidCharacters } from "./sid-characters";
import { statementWithoutActionOrResource } from "./statement-without-action-or-resource";
import { unconditionedCreateGrant } from "./unconditioned-create-grant";
import { unknownAction } from "./unknown-action";
import { unknownConditionKey } from "./unknown-condition-key";
import { unknownServicePrincipal } from "./unknown-service-principal";
import { unsupportedCharacter } from "./unsupported-character";
import { variableBeforeResource } from "./variable-before-resource";
import { viaServiceForm } from "./via-service-form";
import { viaServiceRegion } from "./via-service-region";
import { volumesWithoutCreateGrant } from "./volumes-without-create-grant";
import { wildcardAcrossParts } from "./wildcard-across-parts";
import { wildcardWithExactOperator } from "./wildcard-with-exact-operator";

/** Every rule, in the order in which the findings of one statement are reported; each rule is in a file named after its id. */
export const RULES: readonly Rule[] = [
  malformedJson,
  malformedPolicy,
  duplicateElement,
  dashOrCurlyQuote,
  unsupportedCharacter,
  policyVersion,
  policySize,
  statementWithoutActionOrResource,
  resourceInTrustPolicy,
  sidCharacters,
  duplicateSid,
  principalMissing,
  principalInIdentityPolicy,
  placeholder,
  principalAccountId,
  principalForm,
  unknownServicePrincipal,
  partitionMismatch,
  principalWildcard,
  assumedRoleSession,
  deletedPrincipal,
  serviceLinkedRolePrincipal,
  serviceLinkedRoleCondition,
  serviceLinkedRoleOfAnotherAccount,
  servicePrincipalForVolumes,
  principalDoesNotExist,
  publicPrincipal,
  oidcAnySubject,
  notPrincipal,
  keyPolicyResource,
  s3ArnInKeyPolicy,
  keyLockout,
  keyWithoutAccount,
  revokeGrantToAnotherAccount,
  kmsStarToAnotherAccount,
  ineffectiveAcrossAccounts,
  unconditionedCreateGrant,
  volumesWithoutCreateGrant,
  grantConditionsCombined,
  kmsReencryptAction,
  unknownAction,
  actionOfAnotherService,
  actionWithoutResourceLevel,
  resourceForm,
  variableBeforeResource,
  wildcardAcrossParts,
  keyArnForm,
  aliasAsResource,
  keyWildcardResource,
  keyRegion,
  keyAccount,
  imageArnWithAccount,
  s3ActionResource,
  s3AclAction,
  replicationReadAction,
  s3EncryptionContext,
  viaServiceForm,
  viaServiceRegion,
  unknownConditionKey,
  conditionKeyForAction,
  operatorNeverMatches,
  secureTransportReversed,
  wildcardWithExactOperator,
  forAllValuesWithoutNull,
];
