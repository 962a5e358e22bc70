import type { ImageView } from "../../../scripts/aws";
import type { Topology } from "../../../topology";

/** What of the topology, or of an image itself, keeps it from being deregistered. */
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
