import type { InstanceTypeInfo, InstanceRequirementsRequest } from "@aws-sdk/client-ec2";
import type { InstanceRequirements, Place } from "../../topology";
import { isAwsError } from "./aws-error";
import { call, clientOf, lazily, type Entry } from "./client-config";
import type { InstanceTypesPort, InstanceTypeView } from "./ports";
import { sdk } from "./sdk";

/** The port on real EC2. */
export function instanceTypesPort(place: Place, entry: Entry): InstanceTypesPort {
  const site = (operation: string) => ({ operation, account: place.account.id, region: place.region });
  const load = lazily(() => {
    const ec2 = sdk.ec2();
    return { ec2, client: clientOf(ec2.EC2Client, place.region, entry) };
  });
  return {
    async type(name) {
      const { ec2, client } = load();
      const InstanceTypes = [name as InstanceTypeInfo["InstanceType"] & string];
      try {
        const answer = await call(site(`DescribeInstanceTypes ${name}`), () =>
          client.send(new ec2.DescribeInstanceTypesCommand({ InstanceTypes })),
        );
        const found = answer.InstanceTypes?.[0];
        return found === undefined ? undefined : toView(found);
      } catch (error) {
        if (isAwsError(error, "InvalidInstanceType")) return undefined;
        throw error;
      }
    },

    async zonesOf(name) {
      const { ec2, client } = load();
      return call(site(`DescribeInstanceTypeOfferings ${name}`), async () => {
        const zones: string[] = [];
        const input = {
          LocationType: "availability-zone" as const,
          Filters: [{ Name: "instance-type", Values: [name] }],
        };
        for await (const page of ec2.paginateDescribeInstanceTypeOfferings({ client }, input))
          for (const { Location } of page.InstanceTypeOfferings ?? []) if (Location) zones.push(Location);
        return zones.sort();
      });
    },

    async zonesOfSubnets(subnetIds) {
      const { ec2, client } = load();
      // A filter instead of ids, so that a subnet that does not exist is not an error.
      const Filters = [{ Name: "subnet-id", Values: [...subnetIds] }];
      const answer = await call(site("DescribeSubnets"), () =>
        client.send(new ec2.DescribeSubnetsCommand({ Filters })),
      );
      return new Map(
        (answer.Subnets ?? []).map(({ SubnetId = "", AvailabilityZone = "" }) => [
          SubnetId,
          AvailabilityZone,
        ]),
      );
    },

    async matching(requirements, { architecture, virtualization }) {
      const { ec2, client } = load();
      const input = {
        ArchitectureTypes: [architecture as "x86_64"],
        VirtualizationTypes: [virtualization as "hvm"],
        InstanceRequirements: toRequest(requirements),
      };
      return call(site("GetInstanceTypesFromInstanceRequirements"), async () => {
        const types: string[] = [];
        for await (const page of ec2.paginateGetInstanceTypesFromInstanceRequirements({ client }, input))
          for (const { InstanceType } of page.InstanceTypes ?? []) if (InstanceType) types.push(InstanceType);
        return types;
      });
    },
  };
}

function toView(info: InstanceTypeInfo): InstanceTypeView {
  return {
    architectures: info.ProcessorInfo?.SupportedArchitectures ?? [],
    bootModes: info.SupportedBootModes ?? [],
    virtualization: info.SupportedVirtualizationTypes ?? [],
    requiresEna: info.NetworkInfo?.EnaSupport === "required",
  };
}

function toRequest(requirements: InstanceRequirements): InstanceRequirementsRequest {
  const { vCpus, memoryMiB, burstablePerformance, bareMetal, localStorage } = requirements;
  return {
    VCpuCount: { Min: vCpus.min, Max: vCpus.max },
    MemoryMiB: { Min: memoryMiB.min, Max: memoryMiB.max },
    AllowedInstanceTypes: requirements.allowedInstanceTypes,
    ExcludedInstanceTypes: requirements.excludedInstanceTypes,
    CpuManufacturers: requirements.cpuManufacturers,
    InstanceGenerations: requirements.instanceGenerations,
    BurstablePerformance: burstablePerformance,
    BareMetal: bareMetal,
    LocalStorage: localStorage,
  };
}
