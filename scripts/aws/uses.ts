import type { DescribeLaunchTemplateVersionsCommandInput } from "@aws-sdk/client-ec2";
import type { Place } from "../../topology";
import { call, clientOf, lazily, type Entry } from "./client-config";
import { gather, parts } from "./gather";
import type { ImageUse, SnapshotUse, UsesPort } from "./ports";
import { sdk } from "./sdk";

/** Maximum number of values of one Describe filter. Source: EC2 API reference, DescribeInstances ("filter values"). */
const FILTER_VALUES = 200;

/** Maximum number of versions in one call. Source: EC2 API reference, DescribeLaunchTemplateVersions. */
const VERSIONS_AT_ONCE = 200;

/** An instance in any other state does not run again. */
const LIVING = ["pending", "running", "shutting-down", "stopping", "stopped"];

const LIVING_FLEETS = ["submitted", "active", "modifying"];

/** Versions that are read for all launch templates. */
const NAMED_VERSIONS: readonly string[] = ["$Latest", "$Default"];

/** A version of a launch template from which something launches. */
interface TemplateReference {
  readonly user: string;
  readonly template: { readonly LaunchTemplateId: string } | { readonly LaunchTemplateName: string };
  readonly version: string;
}

interface TemplateSpecification {
  readonly LaunchTemplateId?: string;
  readonly LaunchTemplateName?: string;
  readonly Version?: string;
}

/** Maximum number of images in one call. Source: EC2 API reference, DescribeImageReferences. */
const IMAGES_AT_ONCE = 10;

/** The port on real EC2, Auto Scaling and Parameter Store. Concurrent requests are combined. */
export function usesPort(place: Place, entry: Entry): UsesPort {
  const site = (operation: string) => ({ operation, account: place.account.id, region: place.region });
  const loadEc2 = lazily(() => {
    const ec2 = sdk.ec2();
    return { ec2, client: clientOf(ec2.EC2Client, place.region, entry) };
  });
  const loadGroups = lazily(() => {
    const groups = sdk.autoScaling();
    return { groups, client: clientOf(groups.AutoScalingClient, place.region, entry) };
  });

  const loadParameters = lazily(() => {
    const ssm = sdk.ssm();
    return { ssm, client: clientOf(ssm.SSMClient, place.region, entry) };
  });

  return {
    usesOf: gather((asked) => {
      const uses = lookForUses([...new Set(asked.flat())]);
      return asked.map(() => uses);
    }),

    async snapshotUses(snapshotIds) {
      const [images, templates] = await Promise.all([imagesOn(snapshotIds), templatesWith(snapshotIds)]);
      return [...images, ...templates];
    },

    async parametersShowing(imageIds) {
      const { ec2, client } = loadEc2();
      return call(site("DescribeImageReferences"), async () => {
        const uses: ImageUse[] = [];
        for (const part of parts(imageIds, IMAGES_AT_ONCE)) {
          const input = { ImageIds: [...part], ResourceTypes: [{ ResourceType: "ssm:Parameter" as const }] };
          for await (const page of ec2.paginateDescribeImageReferences({ client }, input)) {
            for (const { Arn = "", ImageId = "" } of page.ImageReferences ?? []) {
              const parameter = parameterNameOf(Arn);
              uses.push({ user: `the parameter ${parameter}`, image: ImageId, parameter });
            }
          }
        }
        return uses;
      });
    },

    async parameter(name) {
      const { ssm, client } = loadParameters();
      const ParameterFilters = [{ Key: "Name", Option: "Equals", Values: [name] }];
      const answer = await call(site(`DescribeParameters ${name}`), () =>
        client.send(new ssm.DescribeParametersCommand({ ParameterFilters })),
      );
      const [found] = answer.Parameters ?? [];
      if (found === undefined) return undefined;
      return { dataType: found.DataType ?? "text", version: found.Version ?? 0 };
    },
  };

  async function lookForUses(imageIds: readonly string[]): Promise<readonly ImageUse[]> {
    const [instances, named, groups, configurations, fleets, spotFleets] = await Promise.all([
      instanceUses(imageIds),
      templateUses({ Versions: [...NAMED_VERSIONS] }),
      groupUses(),
      configurationUses(),
      fleetUses(),
      spotFleetUses(),
    ]);
    const references = [...groups.references, ...fleets.references, ...spotFleets.references];
    const pinned = references.filter(({ version }) => !NAMED_VERSIONS.includes(version));
    return [
      ...instances,
      ...named,
      ...(await pinnedUses(pinned)),
      ...groups.uses,
      ...configurations,
      ...fleets.uses,
      ...spotFleets.uses,
    ];
  }

  async function imagesOn(snapshotIds: readonly string[]): Promise<readonly SnapshotUse[]> {
    const { ec2, client } = loadEc2();
    return call(site("DescribeImages"), async () => {
      const uses: SnapshotUse[] = [];
      for (const part of parts(snapshotIds, FILTER_VALUES)) {
        const Filters = [{ Name: "block-device-mapping.snapshot-id", Values: [...part] }];
        const input = { Owners: ["self"], Filters, IncludeDisabled: true };
        for await (const { Images = [] } of ec2.paginateDescribeImages({ client }, input)) {
          for (const { ImageId, BlockDeviceMappings } of Images)
            uses.push(...usesIn(BlockDeviceMappings, snapshotIds, `image ${ImageId}`));
        }
      }
      return uses;
    });
  }

  async function templatesWith(snapshotIds: readonly string[]): Promise<readonly SnapshotUse[]> {
    const { ec2, client } = loadEc2();
    return call(site("DescribeLaunchTemplateVersions"), async () => {
      const uses: SnapshotUse[] = [];
      const input = { Versions: [...NAMED_VERSIONS] };
      for await (const page of ec2.paginateDescribeLaunchTemplateVersions({ client }, input)) {
        for (const { LaunchTemplateName, VersionNumber, LaunchTemplateData } of page.LaunchTemplateVersions ??
          []) {
          const user = `launch template ${LaunchTemplateName} version ${VersionNumber}`;
          uses.push(...usesIn(LaunchTemplateData?.BlockDeviceMappings, snapshotIds, user));
        }
      }
      return uses;
    });
  }

  async function instanceUses(imageIds: readonly string[]): Promise<readonly ImageUse[]> {
    const { ec2, client } = loadEc2();
    return call(site("DescribeInstances"), async () => {
      const uses: ImageUse[] = [];
      for (const part of parts(imageIds, FILTER_VALUES)) {
        const Filters = [
          { Name: "image-id", Values: [...part] },
          { Name: "instance-state-name", Values: LIVING },
        ];
        for await (const page of ec2.paginateDescribeInstances({ client }, { Filters })) {
          const instances = (page.Reservations ?? []).flatMap(({ Instances = [] }) => Instances);
          for (const { InstanceId, ImageId = "" } of instances)
            uses.push({ user: `instance ${InstanceId}`, image: ImageId });
        }
      }
      return uses;
    });
  }

  async function templateUses(
    input: DescribeLaunchTemplateVersionsCommandInput,
    users = "",
  ): Promise<readonly ImageUse[]> {
    const { ec2, client } = loadEc2();
    return call(site("DescribeLaunchTemplateVersions"), async () => {
      const uses: ImageUse[] = [];
      for await (const page of ec2.paginateDescribeLaunchTemplateVersions({ client }, input)) {
        for (const version of page.LaunchTemplateVersions ?? []) {
          const { LaunchTemplateName, VersionNumber, LaunchTemplateData } = version;
          if (LaunchTemplateData?.ImageId === undefined) continue;
          const user = `launch template ${LaunchTemplateName} version ${VersionNumber}${users}`;
          uses.push({ user, image: LaunchTemplateData.ImageId });
        }
      }
      return uses;
    });
  }

  /** Versions from which something launches by version number. */
  async function pinnedUses(references: readonly TemplateReference[]): Promise<readonly ImageUse[]> {
    const byTemplate = new Map<string, readonly TemplateReference[]>();
    for (const reference of references) {
      const id = JSON.stringify(reference.template);
      byTemplate.set(id, [...(byTemplate.get(id) ?? []), reference]);
    }
    const found = await Promise.all(
      [...byTemplate.values()].flatMap((own) => {
        const users = ` of ${[...new Set(own.map(({ user }) => user))].join(", ")}`;
        const versions = [...new Set(own.map(({ version }) => version))];
        return parts(versions, VERSIONS_AT_ONCE).map((Versions) =>
          templateUses({ ...own[0]?.template, Versions: [...Versions] }, users),
        );
      }),
    );
    return found.flat();
  }

  async function groupUses() {
    const { groups, client } = loadGroups();
    return call(site("DescribeAutoScalingGroups"), async () => {
      const uses: ImageUse[] = [];
      const references: TemplateReference[] = [];
      for await (const page of groups.paginateDescribeAutoScalingGroups({ client }, {})) {
        for (const group of page.AutoScalingGroups ?? []) {
          const mixed = group.MixedInstancesPolicy?.LaunchTemplate;
          const overrides = mixed?.Overrides ?? [];
          const user = `Auto Scaling group ${group.AutoScalingGroupName}`;
          references.push(
            ...templatesOf(user, [
              group.LaunchTemplate,
              mixed?.LaunchTemplateSpecification,
              ...overrides.map((override) => override.LaunchTemplateSpecification),
            ]),
          );
          for (const { ImageId } of overrides) if (ImageId !== undefined) uses.push({ user, image: ImageId });
        }
      }
      return { uses, references };
    });
  }

  async function configurationUses(): Promise<readonly ImageUse[]> {
    const { groups, client } = loadGroups();
    return call(site("DescribeLaunchConfigurations"), async () => {
      const uses: ImageUse[] = [];
      for await (const page of groups.paginateDescribeLaunchConfigurations({ client }, {})) {
        for (const { LaunchConfigurationName, ImageId = "" } of page.LaunchConfigurations ?? [])
          uses.push({ user: `launch configuration ${LaunchConfigurationName}`, image: ImageId });
      }
      return uses;
    });
  }

  async function fleetUses() {
    const { ec2, client } = loadEc2();
    return call(site("DescribeFleets"), async () => {
      const uses: ImageUse[] = [];
      const references: TemplateReference[] = [];
      const Filters = [{ Name: "fleet-state", Values: LIVING_FLEETS }];
      for await (const page of ec2.paginateDescribeFleets({ client }, { Filters })) {
        for (const { FleetId, LaunchTemplateConfigs = [] } of page.Fleets ?? []) {
          const user = `fleet ${FleetId}`;
          references.push(
            ...templatesOf(
              user,
              LaunchTemplateConfigs.map((config) => config.LaunchTemplateSpecification),
            ),
          );
          const overrides = LaunchTemplateConfigs.flatMap(({ Overrides = [] }) => Overrides);
          for (const { ImageId } of overrides) if (ImageId !== undefined) uses.push({ user, image: ImageId });
        }
      }
      return { uses, references };
    });
  }

  async function spotFleetUses() {
    const { ec2, client } = loadEc2();
    return call(site("DescribeSpotFleetRequests"), async () => {
      const uses: ImageUse[] = [];
      const references: TemplateReference[] = [];
      for await (const page of ec2.paginateDescribeSpotFleetRequests({ client }, {})) {
        const living = (page.SpotFleetRequestConfigs ?? []).filter(
          ({ SpotFleetRequestState }) => SpotFleetRequestState?.startsWith("cancelled") !== true,
        );
        for (const { SpotFleetRequestId, SpotFleetRequestConfig } of living) {
          const user = `Spot Fleet ${SpotFleetRequestId}`;
          const { LaunchSpecifications = [], LaunchTemplateConfigs = [] } = SpotFleetRequestConfig ?? {};
          for (const { ImageId = "" } of LaunchSpecifications) uses.push({ user, image: ImageId });
          references.push(
            ...templatesOf(
              user,
              LaunchTemplateConfigs.map((config) => config.LaunchTemplateSpecification),
            ),
          );
        }
      }
      return { uses, references };
    });
  }
}

/** `arn:...:parameter/images/web` is `/images/web`; a name without a path has no leading slash. */
function parameterNameOf(arn: string): string {
  const name = arn.slice(arn.indexOf(":parameter/") + ":parameter/".length);
  return name.includes("/") ? `/${name}` : name;
}

/** Source: EC2 Auto Scaling API reference, LaunchTemplateSpecification ("the default is $Default"). */
function templatesOf(
  user: string,
  specifications: readonly (TemplateSpecification | undefined)[],
): readonly TemplateReference[] {
  return specifications.flatMap((specification): TemplateReference[] => {
    const { LaunchTemplateId, LaunchTemplateName, Version = "$Default" } = specification ?? {};
    if (LaunchTemplateId !== undefined) return [{ user, template: { LaunchTemplateId }, version: Version }];
    if (LaunchTemplateName !== undefined)
      return [{ user, template: { LaunchTemplateName }, version: Version }];
    return [];
  });
}

/** The requested snapshots in a block device mapping. */
function usesIn(
  mappings: readonly { readonly Ebs?: { readonly SnapshotId?: string } }[] | undefined,
  snapshotIds: readonly string[],
  user: string,
): readonly SnapshotUse[] {
  return (mappings ?? []).flatMap(({ Ebs }) =>
    Ebs?.SnapshotId !== undefined && snapshotIds.includes(Ebs.SnapshotId)
      ? [{ user, snapshotId: Ebs.SnapshotId }]
      : [],
  );
}
