import type { Destination, CopySource } from "../../../topology";
import type { InstanceTypesPort, InstanceTypeView } from "../../aws";
import type { ReadContext } from "../../engine/context";
import { check, type Finding } from "../../engine/finding";

const say = check("instance-types");

/** Why a launch would fail, and the fix. */
interface Misfit {
  readonly what: string;
  readonly fix: string;
}

/**
 * Whether a group's instance type exists where the group launches and can run the source, before a launch fails: its
 * architecture, boot mode, virtualization and network driver, the zones, and the changes of volumes.
 * Source: EC2 user guide, "Instance type compatibility"; "Considerations for boot mode".
 * @param source the source image, whose attributes its copies have
 */
export async function checkInstanceType(
  { aws }: ReadContext,
  rule: string,
  to: Destination,
  source: CopySource,
): Promise<readonly Finding[]> {
  const { launch, account, region } = to;
  if (launch === undefined) return [];
  const subject = `${rule} -> ${account.name} ${region}`;
  const types = aws.instanceTypes(to);
  const path = `images.${rule}.to: launch`;
  const looked = await say.looking(subject, async () => [
    ...(launch.instanceType === undefined
      ? await misfitsOfRequirements(types, to, source)
      : await misfitsOfType(types, to, source, launch.instanceType)),
    ...misfitsOfVolumes(launch.volumes ?? {}, source),
  ]);
  if ("finding" in looked) return [looked.finding];
  if (looked.value.length === 0) {
    const chosen = launch.instanceType ?? "types that meet the instance requirements";
    return [say.passed(subject, `${chosen} can run ${source.id}`)];
  }
  return looked.value.map(({ what, fix }) => say.failed(subject, what, `${fix} (${path})`, account.id));
}

async function misfitsOfType(
  types: InstanceTypesPort,
  { launch, region }: Destination,
  source: CopySource,
  name: string,
): Promise<readonly Misfit[]> {
  const type = await types.type(name);
  if (type === undefined)
    return [{ what: `the instance type ${name} does not exist in ${region}`, fix: "name another one" }];
  const offered = await types.zonesOf(name);
  if (offered.length === 0)
    return [
      {
        what: `${name} is not offered in ${region}`,
        fix: "name a type that is offered there, or another Region",
      },
    ];
  const fits = unfit(name, type, source);
  const zones = launch === undefined ? [] : await misfitsOfZones(types, launch, name, offered);
  return [...fits, ...zones];
}

function unfit(name: string, type: InstanceTypeView, source: CopySource): readonly Misfit[] {
  const {
    architecture,
    "boot mode": boot,
    "virtualization type": virtualization,
    "ENA support": ena,
  } = source.traits?.attributes ?? {};
  const runs = (list: readonly string[]) => list.join(" and ");
  return [
    ...(architecture === undefined || type.architectures.includes(architecture)
      ? []
      : [
          {
            what: `${source.id} (${source.name}) is an image for ${architecture}, but ${name} runs ${runs(type.architectures)}`,
            fix: `name an instance type for ${architecture}, or build the image for ${runs(type.architectures)}`,
          },
        ]),
    // `uefi-preferred` boots on types with either mode.
    ...(boot === undefined || boot === "uefi-preferred" || type.bootModes.includes(boot)
      ? []
      : [
          {
            what: `${source.id} (${source.name}) boots with ${boot}, but ${name} boots with ${runs(type.bootModes)}`,
            fix: `name an instance type that supports the boot mode ${boot}`,
          },
        ]),
    ...(virtualization === undefined || type.virtualization.includes(virtualization)
      ? []
      : [
          {
            what: `${source.id} (${source.name}) has the virtualization type ${virtualization}, but ${name} supports ${runs(type.virtualization)}`,
            fix: "build the image again, or name another instance type",
          },
        ]),
    ...(!type.requiresEna || ena === "true"
      ? []
      : [
          {
            what: `${name} requires the network driver ENA, which ${source.id} (${source.name}) is not registered with`,
            fix: "build the image with ENA support, or name another instance type",
          },
        ]),
  ];
}

async function misfitsOfZones(
  types: InstanceTypesPort,
  { subnetIds, availabilityZones }: NonNullable<Destination["launch"]>,
  name: string,
  offered: readonly string[],
): Promise<readonly Misfit[]> {
  const zoneOf = subnetIds.length === 0 ? new Map<string, string>() : await types.zonesOfSubnets(subnetIds);
  const places = [
    ...subnetIds.map((id) => ({ place: id, zone: zoneOf.get(id) })),
    ...availabilityZones.map((zone) => ({ place: zone, zone })),
  ];
  return places.flatMap(({ place, zone }) => {
    if (zone === undefined)
      return [
        {
          what: `the subnet ${place} does not exist in this account and Region`,
          fix: "name a subnet of the account and Region",
        },
      ];
    if (offered.includes(zone)) return [];
    const where = place === zone ? zone : `${zone}, the zone of ${place}`;
    const fix = `launch into ${offered.join(", ")}, or name another instance type`;
    return [{ what: `${name} is not offered in ${where}`, fix }];
  });
}

async function misfitsOfRequirements(
  types: InstanceTypesPort,
  { launch, region }: Destination,
  source: CopySource,
): Promise<readonly Misfit[]> {
  const requirements = launch?.instanceRequirements;
  if (requirements === undefined) return [];
  const { architecture = "x86_64", "virtualization type": virtualization = "hvm" } =
    source.traits?.attributes ?? {};
  const found = await types.matching(requirements, { architecture, virtualization });
  if (found.length > 0) return [];
  const what = `no instance type in ${region} meets the instance requirements and runs ${source.id} (${source.name}), an image for ${architecture}`;
  return [{ what, fix: "widen the instance requirements" }];
}

function misfitsOfVolumes(
  volumes: NonNullable<NonNullable<Destination["launch"]>["volumes"]>,
  source: CopySource,
): readonly Misfit[] {
  const known = source.snapshots.map(({ deviceName }) => deviceName).join(", ");
  return Object.entries(volumes).flatMap(([device, { sizeGiB }]) => {
    const own = source.snapshots.find(({ deviceName }) => deviceName === device);
    if (own === undefined) {
      const what = `${source.id} (${source.name}) has no volume ${device}: the launch would add an empty one, or fail`;
      return [{ what, fix: `name one of ${known}` }];
    }
    if (sizeGiB === undefined || sizeGiB >= own.sizeGiB) return [];
    const what = `the volume ${device} of ${sizeGiB} GiB is smaller than its snapshot of ${own.sizeGiB} GiB`;
    return [{ what, fix: `set at least ${own.sizeGiB} GiB` }];
  });
}
