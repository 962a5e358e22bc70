import { LAUNCHING_SERVICES, SERVICES_WITH_SUFFIX, serviceLinkedRoleName } from "@keyferry/common";
import { CUSTOM_SUFFIX } from "../../constructs/kms/service-linked-role";
import { ROLE_NAME } from "../../constructs/role-of-another-account";
import type { ServiceLinkedRole } from "../../policy";
import { ROLE_ARN } from "../../policy/key-shares";
import type { Input, SampleText, Validation } from "../input";
import { eachMatching, found, listOf } from "../inputs";
import { object, quoted, type Hcl } from "../text";

/** Other accounts and their roles as variables, and the samples that the constructs get in their place. */

export const ACCOUNT_ID = /^\d{12}$/;
const ACCOUNT_WORDS = "an account id of 12 digits";

/** Roles of other accounts by name. */
export interface RolesInput extends Input {
  readonly role: { readonly account: string; readonly roleName: string };
}

/** @param digit distinguishes its sample from those of other variables */
export function rolesByName(name: string, element: string, description: string, digit: number): RolesInput {
  const role = { account: sampleAccount(digit), roleName: `sample-role-${digit}` };
  const roleWords = "1 to 64 letters, digits or +=,.@_-";
  return {
    ...listOf(
      name,
      "object({ account = string, role_name = string })",
      {
        description,
        validations: [
          eachMatching(name, ACCOUNT_ID, ACCOUNT_WORDS, ".account"),
          eachMatching(name, ROLE_NAME, roleWords, ".role_name"),
        ],
      },
      {
        element,
        texts: [
          { text: role.account, of: ({ value }) => `${value}.account`, isShared: true },
          { text: role.roleName, of: ({ value }) => `${value}.role_name` },
        ],
      },
    ),
    role,
  };
}

/** Roles of other accounts by ARN. */
export interface RoleArnsInput extends Input {
  readonly role: { readonly account: string; readonly roleArn: string };
}

export function rolesByArn(name: string, description: string, digit: number): RoleArnsInput {
  const account = sampleAccount(digit);
  const role = { account, roleArn: `arn:sample:iam::${account}:role/sample-role-${digit}` };
  const validations = [eachMatching(name, ROLE_ARN, "the ARN of a role")];
  const texts: readonly SampleText[] = [
    { text: role.roleArn, of: ({ value }) => value },
    { text: account, of: ({ value }) => `split(":", ${value})[4]`, isShared: true },
  ];
  return { ...listOf(name, "string", { description, validations }, { element: "role", texts }), role };
}

/** Other accounts. */
export interface AccountsInput extends Input {
  readonly account: string;
}

export function accounts(name: string, description: string, digit: number): AccountsInput {
  const account = sampleAccount(digit);
  const validations = [eachMatching(name, ACCOUNT_ID, ACCOUNT_WORDS)];
  const texts: readonly SampleText[] = [{ text: account, of: ({ value }) => value }];
  return { ...listOf(name, "string", { description, validations }, { element: "account", texts }), account };
}

/** A service-linked role with a suffix: its name without one is a local of the module. */
export const SAMPLE_GRANTEE: ServiceLinkedRole = {
  awsServiceName: "autoscaling.amazonaws.com",
  customSuffix: "sample-suffix",
};

/** Place of the sample in the ARN of a service-linked role. */
export function granteeText(): SampleText {
  const { awsServiceName, customSuffix } = SAMPLE_GRANTEE;
  return {
    text: rolePath(awsServiceName, customSuffix),
    of: ({ value }) =>
      `join("_", compact([local.service_linked_roles[${value}.aws_service_name], ${value}.custom_suffix]))`,
  };
}

/** Names of the service-linked roles that launch instances, without their paths. */
export const SERVICE_LINKED_ROLES: Readonly<Record<string, Hcl>> = {
  service_linked_roles: object(LAUNCHING_SERVICES.map((service) => [service, quoted(rolePath(service))])),
};

/** @param all the collection to check: `var.grantees`, or `values(var.grants)` */
export function granteeValidations(name: string, all: Hcl): readonly Validation[] {
  const every = (condition: Hcl) => `alltrue([for one in ${all} : ${condition}])`;
  const services = LAUNCHING_SERVICES.map(quoted).join(", ");
  const suffixed = SERVICES_WITH_SUFFIX.map(quoted).join(", ");
  return [
    {
      condition: every(`contains([${services}], one.aws_service_name)`),
      message: `${name}: every aws_service_name must be one of ${LAUNCHING_SERVICES.join(", ")}.`,
    },
    {
      condition: every(
        `one.custom_suffix == null ? true : contains([${suffixed}], one.aws_service_name) && ${found(CUSTOM_SUFFIX, "one.custom_suffix")}`,
      ),
      message: `${name}: a custom_suffix must be 1 to 64 letters, digits or +=,.@_-, and only roles of ${SERVICES_WITH_SUFFIX.join(", ")} have one.`,
    },
  ];
}

function rolePath(service: ServiceLinkedRole["awsServiceName"], suffix?: string): string {
  return `aws-service-role/${service}/${serviceLinkedRoleName(service, suffix)}`;
}

function sampleAccount(digit: number): string {
  return `1000000000${String(digit).padStart(2, "0")}`;
}
