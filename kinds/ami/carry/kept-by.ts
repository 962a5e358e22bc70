import type { ImageView } from "../../../scripts/aws";
import type { Topology } from "../../../topology";

/** What in the topology or in the image itself prevents its deregistration. */
export function keptBy(topology: Topology, { id, deregistrationProtection }: ImageView): readonly string[] {
  return [
    ...topology.rules
      .filter(({ from }) => "imageId" in from.select && from.select.imageId === id)
      .map(({ name }) => `the rule ${name}, whose source it is`),
    ...(deregistrationProtection === "disabled"
      ? []
      : [`its deregistration protection (${deregistrationProtection})`]),
  ];
}
