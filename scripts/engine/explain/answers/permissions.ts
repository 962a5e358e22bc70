import { DENIED, DEPLOY, type AnswerEntry } from "../entry";

/** A denial whose message gives no detail; one that names its action is parsed by `denial.ts`. */
export const PERMISSION_ANSWERS: readonly AnswerEntry[] = [
  {
    codes: DENIED,
    cause:
      "the caller's own policy does not allow the action, or its permissions boundary or a policy of the organisation denies it",
    fix: `account <account> must allow it to the caller; ${DEPLOY} updates Keyferry's runner role; a service control policy belongs to the organisation's management account`,
    side: "caller",
    others: [
      {
        cause:
          "the resource belongs to another account, and the resource's policy does not let the caller in",
        fix: "the owner of the resource must let the caller in by the resource's policy",
        side: "caller",
      },
    ],
    distinguish:
      "the event of the call in CloudTrail of account <account> has the caller in userIdentity, and the kind of policy that denied it in errorMessage",
    byHand:
      "aws sts get-caller-identity shows who you are; aws sts decode-authorization-message decodes an encoded message of EC2",
  },
];
