import pLimit from "p-limit";
import type { LaunchTemplateVersion } from "@aws-sdk/client-ec2";
import type { AutoScalingGroup, LaunchTemplateSpecification } from "@aws-sdk/client-auto-scaling";
import type { Place } from "../../../topology";
import { call, clientOf, lazily, type Entry } from "../client-config";
import { parametersPort } from "../parameters";
import { sdk } from "../sdk";
import { isNamed, type KeyNames } from "./key-names";
import type { KeyUser } from "./key-user";
import type { LaunchSource } from "./launch-source";
import { spotFleetSources } from "./spot-fleets";

/** Maximum number of parameters that are read concurrently. */
const AT_ONCE = 50;

/** What is encrypted with a key, and what a launch can refer to instead of the key. */
export interface Stored {
  readonly snapshotIds: readonly string[];
  readonly imageIds: readonly string[];
}

/** How a launch template refers to a parameter. Source: EC2 user guide, "Use a Systems Manager parameter instead of an AMI ID". */
const PARAMETER = /^resolve:ssm:(.+)$/;

/** Reads which launch templates, launch configurations and Spot Fleet requests of an account and Region create volumes under a key. */
export function launchUses(place: Place, entry: Entry) {
  const site = (operation: string) => ({ operation, account: place.account.id, region: place.region });
  const loadEc2 = lazily(() => {
    const ec2 = sdk.ec2();
    return { ec2, client: clientOf(ec2.EC2Client, place.region, entry) };
  });
  const loadGroups = lazily(() => {
    const groups = sdk.autoScaling();
    return { groups, client: clientOf(groups.AutoScalingClient, place.region, entry) };
  });
  const parameters = parametersPort(place, entry);

  return async (key: KeyNames, { snapshotIds, imageIds }: Stored): Promise<readonly KeyUser[]> => {
    const groups = await readGroups();
    const sources = [
      ...(await templates(groups)),
      ...(await configurations(groups)),
      ...(await call(site("DescribeSpotFleetRequests"), () => {
        const { ec2, client } = loadEc2();
        return spotFleetSources(ec2, client);
      })),
    ];
    const uses = async ({ devices, imageId }: LaunchSource) =>
      devices.some(({ Ebs }) => isNamed(key, Ebs?.KmsKeyId) || snapshotIds.includes(Ebs?.SnapshotId ?? "")) ||
      imageIds.includes((await imageOf(imageId)) ?? "");
    const limit = pLimit(AT_ONCE);
    const found = await Promise.all(
      sources.map((source) => limit(async () => ((await uses(source)) ? [source.user] : []))),
    );
    return [...new Map(found.flat().map((user) => [user.text, user])).values()];
  };

  async function imageOf(imageId: string | undefined): Promise<string | undefined> {
    const parameter = PARAMETER.exec(imageId ?? "")?.[1];
    return parameter === undefined ? imageId : parameters.get(parameter);
  }

  async function readGroups(): Promise<readonly AutoScalingGroup[]> {
    const { groups, client } = loadGroups();
    return call(site("DescribeAutoScalingGroups"), async () => {
      const found: AutoScalingGroup[] = [];
      for await (const page of groups.paginateDescribeAutoScalingGroups({ client }, {}))
        found.push(...(page.AutoScalingGroups ?? []));
      return found;
    });
  }

  /** The default and the latest version of every launch template, and every version that a group launches. */
  async function templates(groups: readonly AutoScalingGroup[]): Promise<readonly LaunchSource[]> {
    const pinned = groups
      .flatMap(specificationsOf)
      .filter(({ Version = "$Default" }) => !Version.startsWith("$"));
    const versions = [...(await describe({ Versions: ["$Latest", "$Default"] }))];
    for (const { LaunchTemplateId, LaunchTemplateName, Version = "" } of pinned) {
      const template = LaunchTemplateId === undefined ? { LaunchTemplateName } : { LaunchTemplateId };
      versions.push(...(await describe({ Versions: [Version], ...template })));
    }
    return versions.map((version) => {
      const { LaunchTemplateName, VersionNumber, LaunchTemplateData } = version;
      const users = groups.filter((group) => specificationsOf(group).some((spec) => isOf(spec, version)));
      return {
        user: {
          type: "launch-template",
          id: `${LaunchTemplateName}:${VersionNumber}`,
          text: withGroups(`launch template ${LaunchTemplateName} version ${VersionNumber}`, users),
        },
        ...(LaunchTemplateData?.ImageId === undefined ? {} : { imageId: LaunchTemplateData.ImageId }),
        devices: (LaunchTemplateData?.BlockDeviceMappings ?? []) as LaunchSource["devices"],
      };
    });
  }

  async function describe(input: {
    readonly Versions: string[];
    readonly LaunchTemplateId?: string;
    readonly LaunchTemplateName?: string | undefined;
  }): Promise<readonly LaunchTemplateVersion[]> {
    const { ec2, client } = loadEc2();
    return call(site("DescribeLaunchTemplateVersions"), async () => {
      const found: LaunchTemplateVersion[] = [];
      for await (const page of ec2.paginateDescribeLaunchTemplateVersions({ client }, input))
        found.push(...(page.LaunchTemplateVersions ?? []));
      return found;
    });
  }

  async function configurations(groups: readonly AutoScalingGroup[]): Promise<readonly LaunchSource[]> {
    const { groups: api, client } = loadGroups();
    return call(site("DescribeLaunchConfigurations"), async () => {
      const found: LaunchSource[] = [];
      for await (const page of api.paginateDescribeLaunchConfigurations({ client }, {})) {
        for (const {
          LaunchConfigurationName: name = "",
          ImageId,
          BlockDeviceMappings = [],
        } of page.LaunchConfigurations ?? []) {
          const users = groups.filter((group) => group.LaunchConfigurationName === name);
          found.push({
            user: {
              type: "launch-configuration",
              id: name,
              text: withGroups(`launch configuration ${name}`, users),
            },
            ...(ImageId === undefined ? {} : { imageId: ImageId }),
            devices: BlockDeviceMappings as LaunchSource["devices"],
          });
        }
      }
      return found;
    });
  }
}

function specificationsOf(group: AutoScalingGroup): readonly LaunchTemplateSpecification[] {
  const mixed = group.MixedInstancesPolicy?.LaunchTemplate;
  return [
    group.LaunchTemplate,
    mixed?.LaunchTemplateSpecification,
    ...(mixed?.Overrides ?? []).map((override) => override.LaunchTemplateSpecification),
  ].filter((specification) => specification !== undefined);
}

/** No flag of a version marks `$Latest`; every version that was requested as `$Latest` counts. */
function isOf(
  { LaunchTemplateId, LaunchTemplateName, Version = "$Default" }: LaunchTemplateSpecification,
  version: LaunchTemplateVersion,
): boolean {
  const isSame =
    LaunchTemplateId === version.LaunchTemplateId || LaunchTemplateName === version.LaunchTemplateName;
  if (!isSame) return false;
  if (Version === "$Default") return version.DefaultVersion === true;
  return Version === "$Latest" || Version === String(version.VersionNumber);
}

function withGroups(user: string, groups: readonly AutoScalingGroup[]): string {
  const names = groups.map(({ AutoScalingGroupName }) => AutoScalingGroupName);
  return names.length === 0 ? user : `${user} of Auto Scaling group ${names.join(" and ")}`;
}
