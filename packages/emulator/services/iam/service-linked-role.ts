import {
  iamArn,
  isLaunchingService,
  LAUNCHING_SERVICES,
  partitionOf,
  serviceLinkedRoleName,
  SERVICES_WITH_SUFFIX,
} from "@keyferry/common";
import { AwsError, type Call, type Operation } from "../../contract";
import type { Identities } from "../../identity/identities";

/** CreateServiceLinkedRole: once per account, service and suffix; moto would answer a second call with another name. */
export function createServiceLinkedRole(identities: Identities): Operation {
  return {
    checks: (call) => [
      {
        action: "iam:CreateServiceLinkedRole",
        resource: iamArn(
          partitionOf(call.region),
          call.caller.account,
          `role/aws-service-role/${serviceOf(call)}/${roleName(call)}`,
        ),
        context: { "iam:AWSServiceName": serviceOf(call) },
      },
    ],
    async run(call) {
      requireSuffixOfService(call);
      const { account } = call.caller;
      const iam = identities.reader(partitionOf(call.region));
      const existing = await iam.rolesUnder(account, `/aws-service-role/${serviceOf(call)}/`);
      if (existing.includes(roleName(call))) throw isTaken(roleName(call));
      await identities.hold(account, partitionOf(call.region), { RoleName: roleName(call) });
      const description = call.input["Description"];
      const suffix = suffixOf(call);
      const answer = await iam
        .query(account, "CreateServiceLinkedRole", {
          AWSServiceName: serviceOf(call),
          ...(typeof description === "string" ? { Description: description } : {}),
          ...(suffix === undefined ? {} : { CustomSuffix: suffix }),
        })
        .catch((error: unknown) => {
          // Two calls at the same time: both have seen that the role does not exist.
          const isSecond = error instanceof AwsError && error.code === "EntityAlreadyExists";
          throw isSecond ? isTaken(roleName(call)) : error;
        });
      identities.written();
      return answer;
    },
  };
}

/** @throws AwsError for a service whose role the rehearsal cloud does not support */
function roleName(call: Call): string {
  const service = serviceOf(call);
  if (isLaunchingService(service)) return serviceLinkedRoleName(service, suffixOf(call));
  throw new AwsError(
    "UnsupportedOperation",
    `The rehearsal cloud does not support the service-linked role of "${service}"; it supports those of ${LAUNCHING_SERVICES.join(", ")}.`,
  );
}

/** Source: IAM API reference, CreateServiceLinkedRole, CustomSuffix; AWS's texts as seen in users' reports. */
function requireSuffixOfService(call: Call): void {
  const suffix = suffixOf(call);
  if (suffix === undefined) return;
  const service = serviceOf(call);
  if (!SERVICES_WITH_SUFFIX.some((one) => one === service))
    throw new AwsError("InvalidInput", `Custom suffix is not allowed for ${service}`);
  if (!/^[\w+=,.@-]{1,64}$/.test(suffix)) {
    throw new AwsError(
      "ValidationError",
      "1 validation error detected: Value at 'customSuffix' failed to satisfy constraint: Member must satisfy regular expression pattern: [\\w+=,.@-]+",
    );
  }
}

function suffixOf(call: Call): string | undefined {
  const suffix = call.input["CustomSuffix"];
  return typeof suffix === "string" ? suffix : undefined;
}

function isTaken(name: string): AwsError {
  return new AwsError(
    "InvalidInput",
    `Service role name ${name} has been taken in this account, please try a different suffix.`,
  );
}

function serviceOf(call: Call): string {
  return String(call.input["AWSServiceName"] ?? "");
}
