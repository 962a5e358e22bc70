import { DENIED, DEPLOY, type AnswerEntry } from "../entry";

/** A denial whose words say nothing more; one that names its action is read by `denial.ts`. */
export const PERMISSION_ANSWERS: readonly AnswerEntry[] = [
  {
    codes: DENIED,
    cause: "the runner role of the account lacks this permission, or a policy of the organisation denies it",
    fix: `account <account> must allow it to its runner role: ${DEPLOY} brings the role up to date; a service control policy is the organisation's`,
    side: "caller",
  },
  {
    codes: ["ServiceLinkedRoleFailure"],
    cause: "account <account> has no service-linked role of Auto Scaling, under which instances are launched",
    fix: "run keyferry, which makes it before the consumers are deployed",
    side: "user",
  },
];
