/**
 * KMS's own condition keys. Source: Service authorization reference, Condition keys for AWS Key Management Service;
 * KMS developer guide, AWS KMS condition keys.
 */
import { words } from "./words";

/** Condition keys that every request for a key contains, or that describe the key. */
const KEYS_OF_EVERY_REQUEST = words(`
  CallerAccount CustomerMasterKeySpec CustomerMasterKeyUsage KeyOrigin KeySpec KeyUsage MultiRegion
  MultiRegionKeyType ResourceAliases ViaService
`);

const WITH_ENCRYPTION_CONTEXT = words(`
  CreateGrant Decrypt Encrypt GenerateDataKey GenerateDataKeyPair GenerateDataKeyPairWithoutPlaintext
  GenerateDataKeyWithoutPlaintext ReEncryptFrom ReEncryptTo RetireGrant
`);
const REENCRYPT = ["ReEncryptFrom", "ReEncryptTo"];
const ENCRYPTING = words(`
  Decrypt Encrypt GenerateDataKey GenerateDataKeyPair GenerateDataKeyPairWithoutPlaintext
  GenerateDataKeyWithoutPlaintext ReEncryptFrom ReEncryptTo
`);

/** Condition keys that only requests for these actions contain; the names are without `kms:`. */
const KEYS_OF_SOME_REQUESTS: Readonly<Record<string, readonly string[]>> = {
  BypassPolicyLockoutSafetyCheck: ["CreateKey", "PutKeyPolicy", "ReplicateKey"],
  DataKeyPairSpec: ["GenerateDataKeyPair", "GenerateDataKeyPairWithoutPlaintext"],
  EncryptionAlgorithm: ENCRYPTING,
  EncryptionContext: WITH_ENCRYPTION_CONTEXT,
  EncryptionContextKeys: WITH_ENCRYPTION_CONTEXT,
  ExpirationModel: ["ImportKeyMaterial"],
  GrantConstraintSourceArn: ["CreateGrant"],
  GrantConstraintType: ["CreateGrant", "RetireGrant"],
  GrantIsForAWSResource: ["CreateGrant", "ListGrants", "RevokeGrant"],
  GrantOperations: ["CreateGrant"],
  GranteePrincipal: ["CreateGrant"],
  GranteeServicePrincipal: ["CreateGrant"],
  KeyAgreementAlgorithm: ["DeriveSharedSecret"],
  MacAlgorithm: ["GenerateMac", "VerifyMac"],
  MessageType: ["Sign", "Verify"],
  PrimaryRegion: ["UpdatePrimaryRegion"],
  ReEncryptOnSameKey: REENCRYPT,
  RecipientAttestation: words(
    "Decrypt DeriveSharedSecret GenerateDataKey GenerateDataKeyPair GenerateRandom",
  ),
  ReplicaRegion: ["ReplicateKey"],
  RequestAlias: words(`
    Decrypt DeriveSharedSecret DescribeKey Encrypt GenerateDataKey GenerateDataKeyPair
    GenerateDataKeyPairWithoutPlaintext GenerateDataKeyWithoutPlaintext GenerateMac GetPublicKey
    ReEncryptFrom ReEncryptTo Sign Verify VerifyMac
  `),
  RetiringPrincipal: ["CreateGrant"],
  RetiringServicePrincipal: ["CreateGrant"],
  RotationPeriodInDays: ["EnableKeyRotation"],
  ScheduleKeyDeletionPendingWindowInDays: ["ScheduleKeyDeletion"],
  SigningAlgorithm: ["Sign", "Verify"],
  TrailingDaysWithoutKeyUsage: ["DisableKey", "ScheduleKeyDeletion"],
  ValidTo: ["ImportKeyMaterial"],
  WrappingAlgorithm: ["GetParametersForImport"],
  WrappingKeySpec: ["GetParametersForImport"],
};

/** Every condition key of KMS, without its prefix. */
export const KMS_CONDITION_KEYS: readonly string[] = [
  ...KEYS_OF_EVERY_REQUEST,
  ...Object.keys(KEYS_OF_SOME_REQUESTS),
];

/**
 * The actions, without prefix, whose requests contain a condition key; undefined when all do or the key is not a KMS key.
 * `key` is as written in a policy: keys are not case-sensitive, and `kms:EncryptionContext:aws:s3:arn` is one of a family.
 */
export function actionsWithKey(key: string): readonly string[] | undefined {
  const [service = "", name = ""] = key.toLowerCase().split(":");
  if (service !== "kms") return undefined;
  const known = Object.keys(KEYS_OF_SOME_REQUESTS).find((candidate) => candidate.toLowerCase() === name);
  return known === undefined ? undefined : KEYS_OF_SOME_REQUESTS[known];
}
