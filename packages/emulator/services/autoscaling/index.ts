import type { Service } from "../../contract";
import { understandingAll } from "../../known-parameters";
import type { Ec2State } from "../ec2/state";
import { describeOperations } from "./describe";
import { groupOperations } from "./groups";
import { hookOperations } from "./hooks";
import { memberOperations } from "./members";
import { PARAMETERS } from "./parameters";
import { policyOperations } from "./policies";
import { refreshOperations } from "./refresh-operations";
import { emptyAutoScalingState, type AutoScalingState } from "./state";
import { attachmentOperations } from "./tags";

export { handleAutoScalingWork } from "./work";
export { emptyAutoScalingState, type AutoScalingState } from "./state";

/**
 * Auto Scaling: groups on launch templates, which launch through the rehearsal cloud's own EC2 under the service-linked
 * role.
 * @param ec2 the state of the EC2 service: instances are launched into it
 * @param state @default - an empty one
 */
export function autoScalingService(
  ec2: Ec2State,
  state: AutoScalingState = emptyAutoScalingState(),
): Service {
  return {
    name: "autoscaling",
    protocol: "query",
    xmlNamespace: "http://autoscaling.amazonaws.com/doc/2011-01-01/",
    operations: understandingAll(
      {
        ...describeOperations(state),
        ...groupOperations(state, ec2),
        ...attachmentOperations(state, ec2),
        ...hookOperations(state, ec2),
        ...memberOperations(state, ec2),
        ...policyOperations(state),
        ...refreshOperations(state, ec2),
      },
      PARAMETERS,
    ),
    forwarded: {},
  };
}
