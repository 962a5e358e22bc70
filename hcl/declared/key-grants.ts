import { keyArn } from "@keyferry/common";
import { GRANT_NAME, ServiceLinkedRoleGrant } from "../../constructs/kms/service-linked-role-grant";
import { KEY_ARN } from "../../constructs/kms/key-arn";
import { grantIssuerPolicy, LAUNCH_OPERATIONS, proofTarget, renderPolicy } from "../../policy";
import type { ModuleDeclaration } from "../declaration";
import type { Input } from "../input";
import { found } from "../inputs";
import { granteeText, granteeValidations, SAMPLE_GRANTEE, SERVICE_LINKED_ROLES } from "./parties";

const KEY = "arn:sample:kms:sample-region-1:100000000021:key/sample-key";
const NAME = "sample-grant";

const grants: Input = {
  name: "grants",
  type: 'map(object({ key_arn = string, aws_service_name = optional(string, "autoscaling.amazonaws.com"), custom_suffix = optional(string) }))',
  description:
    "Grants by their names: the ARN of a key in the provider's Region, of whatever account, and the service-linked role of the provider's account that launches instances under it. THE ROLE MUST EXIST: aws iam create-service-linked-role makes it.",
  validations: [
    {
      condition: `alltrue([for name in keys(var.grants) : ${found(GRANT_NAME, "name")}])`,
      message: "grants: every name must be 1 to 256 letters, digits or :/_-.",
    },
    {
      condition: `alltrue([for one in values(var.grants) : ${found(KEY_ARN, "one.key_arn")}])`,
      message:
        "grants: every key_arn must be the ARN of a key, not of an alias: arn:aws:kms:REGION:ACCOUNT:key/ID.",
    },
    ...granteeValidations("grants", "values(var.grants)"),
  ],
  samples: {
    over: "var.grants",
    element: "grant",
    texts: [
      { text: NAME, of: ({ key }) => key },
      { text: KEY, of: ({ value }) => `${value}.key_arn` },
      granteeText(),
    ],
  },
};

/** Permissions of the role with which Terraform runs, for one key of another account. */
const ISSUER_POLICY = renderPolicy(
  grantIssuerPolicy({
    partition: "aws",
    account: "222222222222",
    keyArns: [keyArn("eu-central-1", "111111111111", "ID")],
    grantees: [{ awsServiceName: "autoscaling.amazonaws.com" }],
  }),
  proofTarget,
);

export const keyGrants: ModuleDeclaration = {
  name: "key-grants",
  description:
    "Lets service-linked roles of an account, Auto Scaling's first, launch instances under keys of other accounts. Nobody can give such a role a policy, so a grant is the one way, and it counts only if it is made in the account that launches. The construct is `ServiceLinkedRoleGrant`.",
  notes: `## Both sides

The key's owner allows it with \`grant_issuers\` of the module customer-managed-key. The role as which Terraform runs here needs this in its own policy:

\`\`\`json
${JSON.stringify(ISSUER_POLICY, undefined, 2)}
\`\`\`

A grant holds ${LAUNCH_OPERATIONS.join(", ")}, which is what AWS's documents name for a launch. The account is its retiring principal, so that Terraform retires it and needs no right to revoke the grants of others. What is launched under a grant \`depends_on\` this module. A service-linked role that is deleted and made anew loses its grants.`,
  inputs: [grants],
  locals: SERVICE_LINKED_ROLES,
  example: `
provider "aws" {
  region = "eu-central-1"
}

module "grants" {
  source = "../.."

  grants = {
    workers = {
      key_arn = "arn:aws:kms:eu-central-1:111111111111:key/1234abcd-12ab-34cd-56ef-1234567890ab"
    }
  }
}

output "grant_ids" {
  value = module.grants.grant_ids
}`,
  build: (stack) => {
    new ServiceLinkedRoleGrant(stack, "Grant", { grantName: NAME, keyArn: KEY, grantee: SAMPLE_GRANTEE });
    return {
      grant_ids: {
        description: "Ids of the grants, by their names.",
        value: "${{ for name, grant in aws_kms_grant.this : name => grant.grant_id }}",
      },
      grantee_principals: {
        description: "ARNs of the service-linked roles, by the names of the grants.",
        value: "${{ for name, grant in aws_kms_grant.this : name => grant.grantee_principal }}",
      },
    };
  },
};
