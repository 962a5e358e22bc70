import type { AnswerEntry } from "../entry";

/**
 * Why AWS refuses a policy when it is written. Source: KMS developer guide, "Creating a key policy"; IAM user guide,
 * "AWS JSON policy elements: Principal"; KMS API reference, PutKeyPolicy and CreateGrant.
 */
export const KEY_POLICY_ANSWERS: readonly AnswerEntry[] = [
  {
    codes: ["MalformedPolicyDocumentException", "MalformedPolicyDocument", "MalformedPolicy"],
    text: /invalid principals|Invalid principal in policy/,
    isSentence: true,
    cause:
      "the policy names a principal that does not exist, often a role or a service-linked role that has not been created yet, or one that was deleted and created again",
    fix: "create the role first, or name its account as the principal and narrow it with the condition aws:PrincipalArn, which is accepted before the role exists",
    side: "caller",
    others: [
      {
        cause: "the role was created seconds ago and is not visible everywhere yet",
        fix: "send the same call again in a minute",
        side: "user",
      },
      {
        cause:
          "the ARN is misspelled, contains a wildcard, or names the partition of other Regions (aws, aws-cn, aws-us-gov)",
        fix: "write the principal's full ARN, in the partition of the key",
        side: "user",
      },
    ],
    distinguish:
      "`aws iam get-role --role-name <the role>` in the principal's account shows whether it exists, and since when",
    byHand:
      "aws iam create-service-linked-role --aws-service-name autoscaling.amazonaws.com creates the role of Auto Scaling, once for each account",
  },
  {
    codes: ["MalformedPolicyDocumentException"],
    text: "will not allow you to update the key policy in the future",
    cause:
      "with this policy the caller could not change the key policy again, so KMS refuses it (its lockout check)",
    fix: "add a statement to the policy that allows kms:* to the account's root principal, or kms:PutKeyPolicy to the caller itself",
    side: "caller",
    byHand:
      '{"Sid":"Enable IAM policies","Effect":"Allow","Principal":{"AWS":"arn:aws:iam::<account id>:root"},"Action":"kms:*","Resource":"*"} is AWS\'s default statement',
  },
  {
    codes: ["MalformedPolicyDocumentException", "MalformedPolicyDocument", "MalformedPolicy"],
    cause:
      "the policy is not one that AWS can read: its JSON, an element, an action, a condition or an ARN is wrong",
    fix: "correct what AWS's message names; `keyferry doctor --policy FILE` finds the usual mistakes and their places",
    side: "user",
    byHand:
      "aws accessanalyzer validate-policy --policy-type IDENTITY_POLICY|RESOURCE_POLICY --policy-document file://policy.json",
  },
  {
    codes: ["InvalidArnException"],
    text: /Key Aliases are not supported|alias/i,
    cause: "the operation accepts the key's id or ARN, not an alias",
    fix: "give the id or ARN that `aws kms describe-key --key-id alias/...` shows",
    side: "user",
  },
  {
    codes: ["InvalidArnException"],
    text: /principal: \S*:role\/aws-service-role\//i,
    cause:
      "the service-linked role that the grant is for does not exist yet; AWS creates it when the service is first used",
    fix: "create it in the account that launches: aws iam create-service-linked-role --aws-service-name SERVICE (in the ARN, SERVICE follows aws-service-role/), with --custom-suffix if its name ends in a suffix; then repeat the call",
    side: "caller",
  },
  {
    codes: ["InvalidArnException"],
    text: /principal/i,
    cause:
      "a principal of the grant is not the ARN of an existing role, user, session or account; KMS accepts no account id alone and no service name there",
    fix: "give the full ARN of a principal that exists; for a service-linked role, create the role first",
    side: "caller",
    byHand: "aws iam get-role --role-name <the role> --query Role.Arn shows the ARN",
  },
  {
    codes: ["InvalidArnException"],
    cause: "the ARN or the key id is not well formed, or is of another Region or partition than the call",
    fix: "give the key's full ARN, and call the Region in that ARN",
    side: "user",
  },
];
