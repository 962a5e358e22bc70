/** Spot Instances. There is always capacity, and no instance is ever interrupted. Source: EC2 user guide, "Spot Instances". */
import { partitionOf, roleArn } from "@keyferry/common";
import type { Call, Caller, Cloud, JsonObject } from "../../../contract";
import { AwsError } from "../../../contract";
import { invalidValue, object, text } from "../input";

const AWS_SERVICE = "spot.amazonaws.com";
const ROLE = "AWSServiceRoleForEC2Spot";

/** @throws UnsupportedOperation for requests that remain after the instance has ended, and for capacity blocks */
export function readIsSpot(input: JsonObject): boolean {
  const market = object(input, "InstanceMarketOptions");
  const type = text(market, "MarketType");
  if (type === undefined || type === "on-demand") return false;
  const persistent = text(object(market, "SpotOptions"), "SpotInstanceType") === "persistent";
  if (type === "spot" && !persistent) return true;
  if (type !== "spot" && type !== "capacity-block") throw invalidValue("MarketType", type);
  throw new AwsError(
    "UnsupportedOperation",
    `The rehearsal cloud does not model ${persistent ? "persistent Spot requests" : type} of RunInstances.`,
  );
}

/**
 * The principal that uses the keys of a Spot Instance's volumes: the service-linked role of EC2 Spot, which the first
 * request creates if its caller may. Source: EC2 user guide, "Service-linked role for Spot Instance requests".
 * @throws AuthFailure.ServiceLinkedRoleCreationNotPermitted
 */
export async function spotRole(call: Call, cloud: Cloud): Promise<Caller> {
  const { account } = call.caller;
  const existing = await cloud.identities.serviceLinkedRole(account, AWS_SERVICE);
  if (existing !== undefined) return existing;
  const verdict = await cloud.decide(call.caller, {
    action: "iam:CreateServiceLinkedRole",
    resource: roleArn(partitionOf(call.region), account, ROLE, `/aws-service-role/${AWS_SERVICE}/`),
    context: { "iam:AWSServiceName": AWS_SERVICE },
  });
  if (verdict.allowed) {
    await cloud.identities.createServiceLinkedRole(account, AWS_SERVICE);
    const made = await cloud.identities.serviceLinkedRole(account, AWS_SERVICE);
    if (made !== undefined) return made;
  }
  throw new AwsError(
    "AuthFailure.ServiceLinkedRoleCreationNotPermitted",
    "The provided credentials do not have permission to create the service-linked role for EC2 Spot Instances.",
    403,
  );
}
