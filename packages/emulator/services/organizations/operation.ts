import { AwsError, type Call, type Cloud, type JsonObject, type Operation } from "../../contract";
import { organizationOf, type Organization, type OrganizationsState } from "./state";

type Run = (organization: Organization, call: Call, cloud: Cloud) => JsonObject;

/**
 * An operation on the caller's organisation. Only the management account may call it, except where members may, too;
 * delegated administrators are not modelled. Source: Organizations API reference.
 */
export function onOrganization(
  state: OrganizationsState,
  run: Run,
  { members = false }: { readonly members?: boolean } = {},
): Operation {
  return {
    checks: (call) => [{ action: `organizations:${call.operation}`, resource: "*" }],
    run(call, cloud) {
      const organization = organizationOf(state, call.caller.account);
      if (organization === undefined)
        throw new AwsError(
          "AWSOrganizationsNotInUseException",
          "Your account is not a member of an organization.",
        );
      if (!members && organization.management !== call.caller.account)
        throw new AwsError("AccessDeniedException", "You don't have permissions to access this resource.");
      return run(organization, call, cloud);
    },
  };
}

/** @throws AwsError InvalidInputException when it is not given */
export function required(call: Call, name: string): string {
  const value = call.input[name];
  if (typeof value === "string" && value !== "") return value;
  throw new AwsError("InvalidInputException", `You specified an invalid value for ${name}.`);
}

export function text(call: Call, name: string): string {
  const value = call.input[name];
  return typeof value === "string" ? value : "";
}
