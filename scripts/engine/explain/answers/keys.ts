import { AWS_TEXTS } from "../../../../core/aws-texts";
import { DEPLOY, type AnswerEntry } from "../entry";

/** What may be wrong with a key. Source: EC2 API reference, "Error codes"; KMS API reference. */
export const KEY_ANSWERS: readonly AnswerEntry[] = [
  {
    codes: ["InvalidRequest", "InvalidParameterValue"],
    text: AWS_TEXTS.keyNotAccessible,
    cause:
      "the key is not in <region>, is not a symmetric encryption key, does not exist, or the runner role may not describe it",
    fix: `account <account> must have its key in <region> and let its runner role use it: ${DEPLOY}; \`keyferry doctor\` says which of them it is`,
    side: "caller",
  },
  {
    codes: [
      "InvalidKMSKey.InvalidState",
      "KMSInvalidStateException",
      "KMSInvalidState",
      "DisabledException",
      "InvalidKmsKeyId",
      "CustomerKeyHasBeenRevoked",
    ],
    cause: "the key is disabled, pending deletion, or waits for its key material",
    fix: "account <account> must make the key usable again: enable it, cancel its deletion, or import its material",
    side: "caller",
  },
  {
    codes: ["LimitExceededException"],
    operations: ["CreateGrant", "CopyImage"],
    cause: "the key has as many grants as it may",
    fix: "account <account> must ask AWS for a higher quota of grants per key, or spread its copies over more keys",
    side: "caller",
  },
  {
    codes: ["NotFoundException"],
    cause: "the key was deleted, or is in another account or Region",
    fix: `account <account> must have its key in <region>: ${DEPLOY}`,
    side: "caller",
  },
];
