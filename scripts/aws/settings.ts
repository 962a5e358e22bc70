import type { Activity } from "@aws-sdk/client-auto-scaling";
import { must } from "../../core/must";
import type { Place } from "../../topology";
import { isAwsError } from "./aws-error";
import { call, clientOf, lazily, type Entry } from "./client-config";
import type { LaunchActivity, SettingsPort } from "./ports";
import { sdk } from "./sdk";

/** Name of the service-linked role with which Auto Scaling launches. */
const AUTO_SCALING_ROLE = "AWSServiceRoleForAutoScaling";

/** Number of a group's newest activities that are searched for one that has ended. */
const ACTIVITIES = 20;

/** The port on real EC2, IAM and Auto Scaling. */
export function settingsPort(place: Place, entry: Entry): SettingsPort {
  const site = (operation: string) => ({ operation, account: place.account.id, region: place.region });
  const loadEc2 = lazily(() => {
    const ec2 = sdk.ec2();
    return { ec2, client: clientOf(ec2.EC2Client, place.region, entry) };
  });
  return {
    async regions() {
      const { ec2, client } = loadEc2();
      const answer = await call(site("DescribeRegions"), () =>
        client.send(new ec2.DescribeRegionsCommand({ AllRegions: true })),
      );
      const regions = answer.Regions ?? [];
      return new Map(regions.map(({ RegionName = "", OptInStatus = "" }) => [RegionName, OptInStatus]));
    },

    async ebsDefaults() {
      const { ec2, client } = loadEc2();
      const byDefault = await call(site("GetEbsEncryptionByDefault"), () =>
        client.send(new ec2.GetEbsEncryptionByDefaultCommand({})),
      );
      const key = await call(site("GetEbsDefaultKmsKeyId"), () =>
        client.send(new ec2.GetEbsDefaultKmsKeyIdCommand({})),
      );
      return { encryptionByDefault: byDefault.EbsEncryptionByDefault ?? false, key: key.KmsKeyId ?? "" };
    },

    async allowedImages() {
      const { ec2, client } = loadEc2();
      const answer = await call(site("GetAllowedImagesSettings"), () =>
        client.send(new ec2.GetAllowedImagesSettingsCommand({})),
      );
      return {
        state: answer.State ?? "disabled",
        criteria: (answer.ImageCriteria ?? []).map((criterion) => ({
          providers: criterion.ImageProviders ?? [],
          isNarrower: Object.entries(criterion).some(
            ([name, value]) => name !== "ImageProviders" && value !== undefined,
          ),
        })),
      };
    },

    async blockPublicAccess() {
      const { ec2, client } = loadEc2();
      const images = await call(site("GetImageBlockPublicAccessState"), () =>
        client.send(new ec2.GetImageBlockPublicAccessStateCommand({})),
      );
      const snapshots = await call(site("GetSnapshotBlockPublicAccessState"), () =>
        client.send(new ec2.GetSnapshotBlockPublicAccessStateCommand({})),
      );
      return {
        images: images.ImageBlockPublicAccessState ?? "unblocked",
        snapshots: snapshots.State ?? "unblocked",
      };
    },

    async tryImageCopy({ name, sourceImageId, sourceRegion, keyArn, tags }) {
      const { ec2, client } = loadEc2();
      const Tags = Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
      await unlessAllowed(() =>
        call(site("CopyImage"), () =>
          client.send(
            new ec2.CopyImageCommand({
              Name: name,
              SourceImageId: sourceImageId,
              SourceRegion: sourceRegion,
              Encrypted: true,
              KmsKeyId: keyArn,
              TagSpecifications: [
                { ResourceType: "image", Tags },
                { ResourceType: "snapshot", Tags },
              ],
              DryRun: true,
            }),
          ),
        ),
      );
    },

    async trySnapshotCopy({ sourceSnapshotId, sourceRegion, keyArn, tags }) {
      const { ec2, client } = loadEc2();
      const Tags = Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
      await unlessAllowed(() =>
        call(site("CopySnapshot"), () =>
          client.send(
            new ec2.CopySnapshotCommand({
              SourceSnapshotId: sourceSnapshotId,
              SourceRegion: sourceRegion,
              Encrypted: true,
              KmsKeyId: keyArn,
              TagSpecifications: [{ ResourceType: "snapshot", Tags }],
              DryRun: true,
            }),
          ),
        ),
      );
    },

    async hasAutoScalingRole() {
      const { IAMClient, GetRoleCommand } = sdk.iam();
      try {
        await call(site(`GetRole ${AUTO_SCALING_ROLE}`), () =>
          clientOf(IAMClient, place.region, entry).send(new GetRoleCommand({ RoleName: AUTO_SCALING_ROLE })),
        );
        return true;
      } catch (error) {
        if (isAwsError(error, "NoSuchEntity", "NoSuchEntityException")) return false;
        throw error;
      }
    },

    async lastLaunch(group) {
      const { AutoScalingClient, DescribeScalingActivitiesCommand } = sdk.autoScaling();
      const client = clientOf(AutoScalingClient, place.region, entry);
      try {
        const answer = await call(site(`DescribeScalingActivities ${group}`), () =>
          client.send(
            new DescribeScalingActivitiesCommand({ AutoScalingGroupName: group, MaxRecords: ACTIVITIES }),
          ),
        );
        // A group that cannot launch retries continuously, so its newest activity has usually just started.
        const activity = answer.Activities?.find(({ EndTime }) => EndTime !== undefined);
        return activity === undefined ? undefined : toLaunch(activity);
      } catch (error) {
        // A group that does not exist yet.
        if (isAwsError(error, "ValidationError")) return undefined;
        throw error;
      }
    },
  };
}

function toLaunch({ StatusCode, StatusMessage }: Activity): LaunchActivity {
  return {
    state: must(StatusCode, "StatusCode of DescribeScalingActivities"),
    ...(StatusMessage === undefined ? {} : { message: StatusMessage }),
  };
}

/** A dry run never succeeds: EC2 also reports "allowed" as an error. @throws AwsCallError with EC2's refusal */
async function unlessAllowed(dryRun: () => Promise<unknown>): Promise<void> {
  try {
    await dryRun();
  } catch (error) {
    if (!isAwsError(error, "DryRunOperation")) throw error;
  }
}
