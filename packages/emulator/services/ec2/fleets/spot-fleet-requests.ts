import type { Operation } from "../../../contract";
import { AwsError } from "../../../contract";
import { anyResource } from "../access";
import { texts } from "../input";
import { ec2Operation } from "../operation";

/** DescribeSpotFleetRequests: nobody can request a Spot Fleet here, so there is none. Source: EC2 API reference. */
export function describeSpotFleetRequests(): Operation {
  return ec2Operation({
    parameters: ["SpotFleetRequestId", "MaxResults", "NextToken"],
    checks: anyResource,
    run(call) {
      const [id] = texts(call.input, "SpotFleetRequestId");
      if (id === undefined) return { spotFleetRequestConfigSet: [] };
      throw new AwsError(
        "InvalidSpotFleetRequestId.NotFound",
        `The spot fleet request ID '${id}' does not exist`,
      );
    },
  });
}
