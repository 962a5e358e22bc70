import type { InstanceTypesPort } from "../../../scripts/aws";
import type { Place } from "../../../topology";
import type { Guard } from "./call";
import type { FakeCloud } from "./fake-cloud";

const ORDINARY = {
  architectures: ["x86_64"],
  bootModes: ["legacy-bios", "uefi"],
  virtualization: ["hvm"],
  requiresEna: false,
};

/** A type without a definition exists, has the usual attributes, and is offered in the Region's first three zones. */
export function instanceTypesPort(cloud: FakeCloud, place: Place, guard: Guard): InstanceTypesPort {
  const { account, region } = place;
  const usual = ["a", "b", "c"].map((letter) => `${region}${letter}`);
  const of = (name: string) => cloud.instanceTypes.get(name) ?? { ...ORDINARY, zones: usual };
  return {
    type: async (name) => {
      guard(account, region, "DescribeInstanceTypes");
      return name === "m99.huge" ? undefined : of(name);
    },
    zonesOf: async (name) => {
      guard(account, region, "DescribeInstanceTypeOfferings");
      return of(name).zones;
    },
    zonesOfSubnets: async (subnetIds) => {
      guard(account, region, "DescribeSubnets");
      const known = subnetIds.filter((id) => id !== "subnet-0dead");
      return new Map(known.map((id, index) => [id, `${region}${"abc"[index]}`]));
    },
    matching: async (requirements, image) => {
      guard(account, region, "GetInstanceTypesFromInstanceRequirements");
      return [...cloud.instanceTypes]
        .filter(([name]) => requirements.allowedInstanceTypes?.includes(name) ?? true)
        .filter(([, type]) => type.architectures.includes(image.architecture))
        .map(([name]) => name);
    },
  };
}
