/** What uses images: instances, and the newest versions of launch templates. */
import { imageOf } from "../../launch-templates/data";
import { templatesIn, type Place } from "../../launch-templates/find";
import type { Ec2State, Instance } from "../../state";

/** How many versions of a launch template are checked. Source: EC2 API reference. */
export const VERSION_DEPTH = { references: 10, report: 20 } as const;

export function instancesOf(state: Ec2State, { account, region }: Place): readonly Instance[] {
  return Object.values(state.instances).filter(
    (instance) => instance.owner === account && instance.region === region,
  );
}

/** A launch template once for each image that its newest versions name. */
export function templatesOf(
  state: Ec2State,
  place: Place,
  depth: number,
): readonly { readonly imageId: string; readonly launchTemplateId: string }[] {
  return templatesIn(state, place).flatMap(({ launchTemplateId, versions }) => {
    const images = versions.slice(-depth).flatMap(({ data }) => imageOf(data) ?? []);
    return [...new Set(images)].map((imageId) => ({ imageId, launchTemplateId }));
  });
}
