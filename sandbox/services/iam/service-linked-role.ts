import { iamArn } from "../../../core/arn";
import { partitionOf } from "../../../core/regions";
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
          `role/aws-service-role/${serviceOf(call)}/*`,
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
      if (taken !== undefined) {
        throw new AwsError(
          "InvalidInput",
          `Service role name ${taken} has been taken in this account, please try a different suffix.`,
        );
      }
      const description = call.input["Description"];
      const answer = await iam.query(account, "CreateServiceLinkedRole", {
        AWSServiceName: serviceOf(call),
        ...(typeof description === "string" ? { Description: description } : {}),
      });
      identities.forget();
      return answer;
    },
  };
}

function serviceOf(call: Call): string {
  return String(call.input["AWSServiceName"] ?? "");
}
