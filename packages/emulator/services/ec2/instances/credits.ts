/** CPU credits of burstable instances. Source: EC2 API reference, "DescribeInstanceCreditSpecifications". */
import type { Call, JsonObject, Operation } from "../../../contract";
import { anyResource } from "../access";
import { applyFilters } from "../filters";
import { texts } from "../input";
import { ec2Operation } from "../operation";
import { page } from "../pages";
import type { Ec2State, Instance } from "../state";
import { ownInstance } from "./lifecycle";

/** Families whose instances earn CPU credits. Source: EC2 user guide, "Burstable performance instances". */
const BURSTABLE = /^t(1|2|3|3a|4g)\./;

/** What the instance does when its credits are used up; undefined for types without credits. */
export function cpuCreditsOf({ instanceType, settings }: Instance): string | undefined {
  if (!BURSTABLE.test(instanceType)) return undefined;
  return settings.cpuCredits ?? (/^t[12]\./.test(instanceType) ? "standard" : "unlimited");
}

/** The named instances; otherwise all burstable ones with unlimited credits. */
export function describeCreditSpecifications(state: Ec2State): Operation {
  return ec2Operation({
    parameters: ["InstanceId", "Filter", "MaxResults", "NextToken"],
    checks: anyResource,
    run: (call) => describe(state, call),
  });
}

function describe(state: Ec2State, call: Call): JsonObject {
  const ids = texts(call.input, "InstanceId");
  const named = ids.map((id) => ownInstance(state, call, id));
  const unlimited = Object.values(state.instances).filter(
    (one) =>
      one.owner === call.caller.account && one.region === call.region && cpuCreditsOf(one) === "unlimited",
  );
  const filters = { "instance-id": (one: Instance) => [one.instanceId] };
  const chosen = applyFilters(ids.length > 0 ? named : unlimited, call.input, filters, () => ({}));
  const { items, nextToken } = page(
    chosen.filter((one) => cpuCreditsOf(one) !== undefined),
    call.input,
  );
  return {
    instanceCreditSpecificationSet: items.map((one) => ({
      instanceId: one.instanceId,
      cpuCredits: cpuCreditsOf(one),
    })),
    nextToken,
  };
}
