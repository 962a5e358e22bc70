import { DENIED, DEPLOY, type AnswerEntry } from "../entry";

/** A denial whose words say nothing more; one that names its action is read by `denial.ts`. */
export const PERMISSION_ANSWERS: readonly AnswerEntry[] = [
  {
    codes: DENIED,
    cause: "the runner role of the account lacks this permission, or a policy of the organisation denies it",
    fix: `account <account> must allow it to its runner role: ${DEPLOY} brings the role up to date; a service control policy is the organisation's`,
    side: "caller",
    others: [
      {
        cause:
          "another principal than the runner role has called, and its own policy, its permissions boundary or the resource's policy does not allow it",
        fix: "the caller's account must allow the action to it, and the owner of a resource in another account must let it in by the resource's policy",
        side: "caller",
      },
    ],
    distinguish:
      "the event of the call in CloudTrail of account <account> has the caller in userIdentity, and the kind of policy that denied it in errorMessage",
    byHand:
      "aws sts get-caller-identity shows who you are; aws sts decode-authorization-message decodes an encoded message of EC2",
  },
];
