import { AWS_TEXTS } from "@keyferry/common";
import { DENIED, DEPLOY, type AnswerEntry } from "../entry";

const DESCRIBE_KEY =
  "`aws kms describe-key --key-id <the key>` in the key's account and Region shows its state; a NotFoundException there means that it does not exist";

const KEY_OF_SNAPSHOT_COPY = {
  cause:
    "the service that copies the snapshot (RDS, AWS Backup) may not use the key on behalf of the caller: the key's policy or the caller's own policy lacks kms:CreateGrant or kms:DescribeKey on it",
  fix: "the key's account must let account <account> in by the key's policy, and account <account> must allow kms:CreateGrant, kms:DescribeKey, kms:Decrypt and kms:ReEncrypt* on that key to the caller",
  side: "caller",
  others: [
    {
      cause: "the key was deleted or is disabled, or its id names another Region",
      fix: "name an enabled key by its ARN: a copy needs a key of the destination's Region",
      side: "caller",
    },
    {
      cause: "the snapshot is under the AWS managed key of its service, which other accounts cannot use",
      fix: "the snapshot's account must copy it under a customer managed key first, and share that copy",
      side: "source",
    },
  ],
  distinguish: DESCRIBE_KEY,
} as const;

/** What may be wrong with a key. Source: EC2 API reference, "Error codes"; KMS API reference. */
export const KEY_ANSWERS: readonly AnswerEntry[] = [
  {
    codes: DENIED,
    text: "The ciphertext refers to a customer master key that does not exist",
    cause:
      "the caller may not use the key under which this was encrypted: the key policy or, for a key of another account, the caller's own policy lacks kms:Decrypt",
    fix: "the key's account must let the caller in by the key's policy, and the caller's account must allow kms:Decrypt on the key's ARN",
    side: "caller",
    others: [
      {
        cause: "the key is in another Region than the call, or was deleted",
        fix: "decrypt in the Region of the key, or of a related multi-Region key",
        side: "user",
      },
    ],
    distinguish:
      "the Decrypt event in CloudTrail of the key's account has the key's ARN; `aws kms describe-key --key-id <that ARN>` shows whether it exists",
  },
  {
    codes: ["InvalidRequest", "InvalidParameterValue"],
    text: AWS_TEXTS.keyNotAccessible,
    cause:
      "the key is not in <region>, is not a symmetric encryption key, does not exist, or the runner role may not describe it",
    fix: `account <account> must have its key in <region> and let its runner role use it: ${DEPLOY}; \`keyferry doctor\` reports which of these is the cause`,
    side: "caller",
  },
  {
    codes: ["KMSKeyNotAccessibleFault"],
    text: /snapshot KMS key .*does not exist, is not enabled or you do not have permissions/i,
    isSentence: true,
    ...KEY_OF_SNAPSHOT_COPY,
  },
  { codes: ["KMSKeyNotAccessibleFault"], ...KEY_OF_SNAPSHOT_COPY },
  {
    codes: [
      "InvalidKMSKey.InvalidState",
      "KMSInvalidStateException",
      "KMSInvalidState",
      "DisabledException",
      "CustomerKeyHasBeenRevoked",
      "DstKmsKeyInvalidState",
      "SrcKmsKeyInvalidState",
    ],
    cause: "the key is disabled, pending deletion, or has no key material yet",
    fix: "account <account> must make the key usable again: enable it, cancel its deletion, or import its material",
    side: "caller",
    others: [
      {
        cause:
          "the operation is not valid for the key's current state, such as cancelling a deletion that is not pending",
        fix: "check the key's state, and call an operation that is valid for it",
        side: "caller",
      },
    ],
    distinguish: DESCRIBE_KEY,
    byHand:
      "aws kms enable-key, aws kms cancel-key-deletion (then enable-key), or aws kms import-key-material",
  },
  {
    codes: ["InvalidKmsKeyId"],
    cause: "EC2 cannot use the key that was named: it does not exist in <region>, or is not enabled",
    fix: "name an enabled symmetric key of <region> by its ARN",
    side: "caller",
    distinguish: DESCRIBE_KEY,
  },
  {
    codes: ["LimitExceededException"],
    operations: ["CreateGrant", "CopyImage"],
    cause: "the key has as many grants as its quota allows",
    fix: "account <account> must ask AWS for a higher quota of grants per key, or spread its copies over more keys",
    side: "caller",
  },
  {
    codes: ["NotFoundException"],
    text: /Alias .*not found/i,
    cause: "account <account> has no key alias of this name in <region>",
    fix: `account <account> must have the alias in <region>: ${DEPLOY}; an alias is visible only in its own account and Region`,
    side: "caller",
    byHand: "aws kms list-aliases shows the aliases of the account and Region of the call",
  },
  {
    codes: ["NotFoundException"],
    text: /Grant/,
    cause: "the key has no such grant: it was retired or revoked, or is a grant of another key",
    fix: "list the grants of the key, and create the grant again if it is needed",
    side: "caller",
    byHand: "aws kms list-grants --key-id <the key>",
  },
  {
    codes: ["IncorrectKeyException"],
    cause: "the call names another key than the one under which the ciphertext was encrypted",
    fix: "name that key, or none: the ciphertext of a symmetric key names its key",
    side: "user",
  },
  {
    codes: ["NotFoundException"],
    text: /Invalid arn/,
    cause: "the ARN is of a key in another Region than the call",
    fix: "call the Region that the ARN names, or name a key of the Region of the call",
    side: "user",
    byHand: "aws kms describe-key --key-id <ARN> --region <the ARN's Region>",
  },
  {
    codes: ["NotFoundException"],
    text: /\b[Kk]ey\b|keyId/,
    cause: "the key was deleted, or is in another account or Region",
    fix: `account <account> must have its key in <region>: ${DEPLOY}`,
    side: "caller",
    distinguish: DESCRIBE_KEY,
  },
  {
    codes: ["AlreadyExistsException"],
    text: /alias/i,
    cause: "account <account> has this key alias in <region> already, for this key or another one",
    fix: "use the key that the alias names, or point the alias at the other key with UpdateAlias; import a key that is missing from Terraform's state instead of creating it again",
    side: "caller",
    byHand: "aws kms describe-key --key-id alias/<name> shows the key that it names",
  },
  {
    codes: ["InvalidGrantTokenException"],
    cause: "the grant token belongs to another grant, or was altered",
    fix: "pass the token that CreateGrant returned; after a few minutes the grant is effective without a token",
    side: "user",
  },
  {
    codes: ["ExpiredImportTokenException", "InvalidImportTokenException"],
    cause:
      "the import token is older than 24 hours, or does not belong to this key and to the public key with which the material was wrapped",
    fix: "get new ones with GetParametersForImport, wrap the material with that public key and import it with that token",
    side: "user",
  },
  {
    codes: ["IncorrectKeyMaterialException"],
    cause: "the key had other key material before: only the same material can be imported again",
    fix: "import the material that was imported first; new material needs a new key, or a rotation on demand with ImportType NEW_KEY_MATERIAL",
    side: "user",
  },
  {
    codes: ["InvalidCiphertextException"],
    cause:
      "KMS cannot decrypt the ciphertext: it was encrypted under another key or key material, with another encryption context, or was altered; for an import, it was wrapped with another public key or algorithm",
    fix: "decrypt with the key and the encryption context of the encryption; wrap the material of an import with the public key and algorithm of GetParametersForImport",
    side: "user",
  },
  {
    codes: ["ConflictException"],
    text: /rotation/i,
    cause: "a rotation of the key is in progress, or is about to begin",
    fix: "wait until it has ended: `aws kms list-key-rotations` shows its state",
    side: "caller",
  },
  {
    codes: ["UnsupportedOperationException"],
    cause:
      "KMS does not offer the operation for a key of this kind, because of its origin, spec or usage, or because it is a replica or is managed by AWS",
    fix: "check Origin, KeySpec, KeyManager and MultiRegionConfiguration of the key in `aws kms describe-key`; a replica's shared properties are changed at its primary key",
    side: "user",
  },
];
