import { ProviderEnvironment } from "../../constructs/environment";
import { CustomerManagedKey } from "../../constructs/kms/customer-managed-key";
import { ALIAS, ALIAS_WORDS, RESERVED_ALIAS } from "../../constructs/kms/key-alias";
import { DELETION_WINDOW, ROTATION_PERIOD } from "../../constructs/kms/key-limits";
import { keyOwnerPolicy, type KeyUseByRole, type Statement } from "../../policy";
import type { ModuleDeclaration } from "../declaration";
import type { Input } from "../input";
import { choice, flag, matching, text, textMap, wholeNumber } from "../inputs";
import { SHARE_INPUTS, sharesOf } from "./key-shares";
import {
  granteeText,
  granteeValidations,
  rolesByArn,
  rolesByName,
  SAMPLE_GRANTEE,
  SERVICE_LINKED_ROLES,
} from "./parties";

const alias = text("alias", {
  description: "The name by which the key is found, with its prefix: alias/app-data.",
  validations: [
    matching("alias", ALIAS, ALIAS_WORDS),
    {
      condition: `!startswith(var.alias, "${RESERVED_ALIAS}")`,
      message: `alias must not begin with ${RESERVED_ALIAS}, which is AWS's own.`,
    },
  ],
});
const description = text("description", { description: "What the key is for; shown in the console." });
const removalPolicy = choice(
  "removal_policy",
  "retain: the key policy refuses the deletion of the key to everybody, Terraform included. destroy: removing the key schedules its deletion, AND EVERYTHING UNDER IT IS LOST.",
  ["retain", "destroy"],
  "retain",
);
const enabled = flag("enabled", "Whether the key can be used.", true);
const rotation = flag(
  "enable_key_rotation",
  "Whether KMS makes new key material from time to time; what is under the old one stays readable.",
  true,
);
const rotationPeriod = rotationPeriodInput();
const multiRegion = flag(
  "multi_region",
  "Whether the key can have replicas in other Regions. A key that exists can neither become one nor stop being one.",
  false,
);
const deletionWindow = wholeNumber(
  "deletion_window_in_days",
  `Days for which a removed key waits for its deletion, ${DELETION_WINDOW.min} to ${DELETION_WINDOW.max}.`,
  DELETION_WINDOW,
  DELETION_WINDOW.max,
);
const tags = textMap("tags", "Tags of the key; they win over the provider's default tags.");

/** Sample that represents all statements of the variable. */
const STATEMENT: Statement = {
  ...{ sid: "SampleStatement", effect: "Allow", principal: { AWS: ["*"] } },
  ...{ actions: ["kms:DescribeKey"], resources: ["*"] },
};
const statements: Input = {
  name: "additional_statements",
  type: "any",
  description:
    "Statements of the key policy besides those that the other variables bring: a list of objects as JSON has them, with Sid.",
  default: "[]",
  validations: [
    {
      condition: "can([for one in var.additional_statements : one.Effect])",
      message: "additional_statements must be a list of statements.",
    },
  ],
  samples: { over: "var.additional_statements", element: "statement", texts: [], whole: STATEMENT.sid },
};

const launching = flag(
  "allow_launching",
  "Whether Auto Scaling groups of the key's account launch instances whose volumes are under the key.",
  false,
);
const ebsDefault = flag(
  "allow_ebs_default",
  "Whether everybody in the account uses the key through EC2, as an EBS default key needs it.",
  false,
);
const copying = rolesByName(
  "copying_roles",
  "role",
  "Roles of other accounts that copy snapshots and images that are under the key and shared with their accounts.",
  1,
);
const copyingDatabases = rolesByName(
  "database_copying_roles",
  "role",
  "Roles of other accounts that copy snapshots of RDS databases that are under the key and shared with their accounts.",
  2,
);
const issuers = rolesByName(
  "grant_issuers",
  "issuer",
  "Roles of other accounts that make grants on the key to service-linked roles of their accounts (the module key-grants): as which Terraform runs there.",
  3,
);
const formerIssuers = rolesByName(
  "former_grant_issuers",
  "issuer",
  "Roles that have made such grants and are to make none any more: they read them once more, to retire them.",
  4,
);
const grantees: Input = {
  name: "grantees",
  type: "list(object({ aws_service_name = string, custom_suffix = optional(string) }))",
  description: "Service-linked roles to which grant_issuers may make grants.",
  default: '[{ aws_service_name = "autoscaling.amazonaws.com" }]',
  validations: [
    { condition: "length(var.grantees) > 0", message: "grantees must name at least one role." },
    ...granteeValidations("grantees", "var.grantees"),
  ],
  samples: { over: "var.grantees", element: "grantee", texts: [granteeText()] },
};

const USES: readonly (readonly [KeyUseByRole, ReturnType<typeof rolesByArn>])[] = [
  [
    "decrypt",
    rolesByArn("decrypting_roles", "ARNs of roles of other accounts that read what is under the key.", 5),
  ],
  [
    "encrypt",
    rolesByArn(
      "encrypting_roles",
      "ARNs of roles of other accounts that put something under the key, and read none of it.",
      6,
    ),
  ],
  [
    "ebs",
    rolesByArn(
      "ebs_roles",
      "ARNs of roles of other accounts that make, attach, copy and launch from volumes and snapshots under the key, through EC2 alone.",
      7,
    ),
  ],
];

export const customerManagedKey: ModuleDeclaration = {
  name: "customer-managed-key",
  description:
    "A symmetric encryption key with its alias, its rotation and a key policy that lets others in by what they do with the key: accounts, roles, an organisation or its units, each with the conditions that AWS's documents ask for. The construct is `CustomerManagedKey`.",
  notes: `## The key policy

The account's own IAM decides about the key, as with AWS's default policy; every variable adds its statements to that. Roles of other accounts need not exist yet, and each needs its own policy as well. Statements and their reasons: docs/permissions.md of the repository.

## Removal

\`prevent_destroy\` takes no variable in Terraform, so the key policy guards the key: with \`removal_policy = "retain"\` KMS refuses to schedule the deletion, whoever asks. A \`terraform destroy\` then removes the alias and fails at the key; the next apply puts the alias back. To delete the key, apply \`removal_policy = "destroy"\` first. To leave it to AWS, take the module out and add \`removed\` blocks with \`destroy = false\`.`,
  inputs: [
    ...[
      alias,
      description,
      removalPolicy,
      enabled,
      rotation,
      rotationPeriod,
      multiRegion,
      deletionWindow,
      tags,
    ],
    ...[...SHARE_INPUTS, ...USES.map(([, roles]) => roles), copying, copyingDatabases],
    ...[launching, ebsDefault, issuers, grantees, formerIssuers, statements],
  ],
  locals: SERVICE_LINKED_ROLES,
  example: `
provider "aws" {
  region = "eu-central-1"
}

module "key" {
  source = "../.."

  alias                   = "alias/images"
  description             = "images that are shared with other accounts"
  rotation_period_in_days = 180
  allow_launching         = true
  share_with_accounts     = ["222222222222"]
  share_with_organization = "o-a1b2c3d4e5"
  grant_issuers           = [{ account = "222222222222", role_name = "deploy" }]
}

output "key_arn" {
  value = module.key.key_arn
}`,
  build: (stack, brings) => {
    const key = new CustomerManagedKey(stack, "Key", {
      alias: alias.token,
      description: description.token,
      policy: (environment) => [...keyOwnerPolicy(environment), STATEMENT],
      environment: new ProviderEnvironment(stack),
      removalPolicy: brings(removalPolicy) ? "retain" : "destroy",
      enabled: brings(enabled),
      enableKeyRotation: brings(rotation),
      ...(brings(rotation) && brings(rotationPeriod) ? { rotationPeriodInDays: rotationPeriod.token } : {}),
      multiRegion: brings(multiRegion),
      deletionWindowInDays: deletionWindow.token,
      tags: tags.map,
    });
    const { grants } = key;
    grants.share(sharesOf(brings));
    if (brings(copying)) grants.allowCopying(copying.role);
    if (brings(copyingDatabases)) grants.allowCopyingDatabases(copyingDatabases.role);
    if (brings(launching)) grants.allowLaunching();
    if (brings(ebsDefault)) grants.allowEbsDefault();
    if (brings(issuers)) grants.allowLaunchGrants([SAMPLE_GRANTEE], issuers.role);
    if (brings(formerIssuers)) grants.allowReadingGrants(formerIssuers.role);
    for (const [use, roles] of USES) if (brings(roles)) grants.allowRoles({ ...roles.role, use });
    return {
      key_arn: { description: "ARN of the key itself, which identity policies name.", value: key.keyArn },
      key_id: { description: "Id of the key.", value: key.keyId },
      alias: { description: "Alias of the key, with its prefix.", value: alias.token },
    };
  },
};

function rotationPeriodInput(): ReturnType<typeof wholeNumber> {
  const input = wholeNumber(
    "rotation_period_in_days",
    `Days between two rotations, ${ROTATION_PERIOD.min} to ${ROTATION_PERIOD.max}; AWS's own period is 365.`,
    ROTATION_PERIOD,
    null,
  );
  const withRotation = {
    condition: "var.rotation_period_in_days == null || var.enable_key_rotation",
    message: "rotation_period_in_days must be left out where enable_key_rotation is false.",
  };
  return { ...input, validations: [...input.validations, withRotation] };
}
