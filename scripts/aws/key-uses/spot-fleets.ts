import type { EC2Client } from "@aws-sdk/client-ec2";
import type { sdk } from "../sdk";
import type { LaunchSource } from "./launch-source";

/** States in which a request does not launch any more. Source: EC2 API reference, SpotFleetRequestConfig. */
const ENDED = /^(cancelled|failed)/;

/** The launch specifications of Spot Fleet requests; launches from templates are found through the templates. */
export async function spotFleetSources(
  ec2: ReturnType<typeof sdk.ec2>,
  client: EC2Client,
): Promise<readonly LaunchSource[]> {
  const found: LaunchSource[] = [];
  for await (const page of ec2.paginateDescribeSpotFleetRequests({ client }, {})) {
    for (const request of page.SpotFleetRequestConfigs ?? []) {
      const {
        SpotFleetRequestId: id = "",
        SpotFleetRequestState: state = "",
        SpotFleetRequestConfig,
      } = request;
      if (ENDED.test(state)) continue;
      for (const { ImageId, BlockDeviceMappings = [] } of SpotFleetRequestConfig?.LaunchSpecifications ??
        []) {
        found.push({
          user: { type: "spot-fleet-request", id, text: `launch specification of Spot Fleet request ${id}` },
          ...(ImageId === undefined ? {} : { imageId: ImageId }),
          devices: BlockDeviceMappings,
        });
      }
    }
  }
  return found;
}
