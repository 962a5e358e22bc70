import {
  iamArn,
  isLaunchingService,
  LAUNCHING_SERVICES,
  partitionOf,
  serviceLinkedRoleName,
} from "@keyferry/common";
import { AwsError, type Call, type Operation } from "../../contract";
import type { Identities } from "../../identity/identities";

/** CreateServiceLinkedRole: once per account and service; moto would answer a second one with another name. */
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
      if (call.input["CustomSuffix"] !== undefined) {
        throw new AwsError("UnsupportedOperation", "The rehearsal cloud does not model CustomSuffix.");
      }
      const { account } = call.caller;
      const iam = identities.reader(partitionOf(call.region));
      const [taken] = await iam.rolesUnder(account, `/aws-service-role/${serviceOf(call)}/`);
      if (taken !== undefined) throw isTaken(taken);
      await identities.hold(account, partitionOf(call.region), { RoleName: roleName(call) });
      const description = call.input["Description"];
      const answer = await iam
        .query(account, "CreateServiceLinkedRole", {
          AWSServiceName: serviceOf(call),
          ...(typeof description === "string" ? { Description: description } : {}),
        })
        .catch((error: unknown) => {
          // Two calls at the same time: both have seen that there is no such role.
          const isSecond = error instanceof AwsError && error.code === "EntityAlreadyExists";
          throw isSecond ? isTaken(roleName(call)) : error;
        });
      identities.written();
      return answer;
    },
  };
}

/** @throws AwsError for a service whose role the rehearsal cloud does not know */
function roleName(call: Call): string {
  const service = serviceOf(call);
  if (isLaunchingService(service)) return serviceLinkedRoleName(service);
  throw new AwsError(
    "UnsupportedOperation",
    `The rehearsal cloud does not know the service-linked role of "${service}"; it knows those of ${LAUNCHING_SERVICES.join(", ")}.`,
  );
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
