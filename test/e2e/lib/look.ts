import {
  DescribeImagesCommand,
  DescribeInstancesCommand,
  DescribeSnapshotsCommand,
  DescribeVolumesCommand,
} from "@aws-sdk/client-ec2";
import { PutRolePolicyCommand } from "@aws-sdk/client-iam";
import { HeadObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { administrator } from "../../../demo/clients";
import type { Rehearsal } from "../../../sandbox";

/** An account and a Region. */
export type Where = readonly [account: string, region: string];

/** Reads resources as the account's administrator. */
export interface Look {
  /** The state of an instance after five minutes, and the key of its only volume. */
  launched(
    where: Where,
    instanceId: string,
  ): Promise<{ state?: string; reason?: string; code?: string; key?: string }>;
  snapshot(where: Where, snapshotId: string): Promise<any>;
  /** The snapshot of an image's root volume. */
  rootSnapshot(where: Where, imageId: string): Promise<string>;
  object(where: Where, bucket: string, key: string): Promise<any>;
  /** Writes the only policy of one of the account's roles. */
  roleMay(where: Where, role: string, policy: object): Promise<void>;
}

export function lookInto(cloud: Rehearsal): Look {
  const as = ([account, region]: Where) => administrator(cloud.url, account, region);
  return {
    async launched(where, id) {
      await cloud.clock.advance(300);
      const { ec2 } = as(where);
      const { Reservations } = await ec2.send(new DescribeInstancesCommand({ InstanceIds: [id] }));
      const attached = [{ Name: "attachment.instance-id", Values: [id] }];
      const { Volumes } = await ec2.send(new DescribeVolumesCommand({ Filters: attached }));
      const { State, StateReason } = Reservations?.[0]?.Instances?.[0] ?? {};
      return {
        state: State?.Name,
        reason: StateReason?.Message,
        code: StateReason?.Code,
        key: Volumes?.[0]?.KmsKeyId,
      };
    },
    async snapshot(where, id) {
      const { Snapshots } = await as(where).ec2.send(new DescribeSnapshotsCommand({ SnapshotIds: [id] }));
      return Snapshots?.[0];
    },
    async rootSnapshot(where, id) {
      const { Images } = await as(where).ec2.send(new DescribeImagesCommand({ ImageIds: [id] }));
      return Images?.[0]?.BlockDeviceMappings?.[0]?.Ebs?.SnapshotId ?? "";
    },
    object([account, region], Bucket, Key) {
      const credentials = { accessKeyId: account, secretAccessKey: "rehearsal" };
      const s3 = new S3Client({ endpoint: cloud.url, region, credentials, forcePathStyle: true });
      return s3.send(new HeadObjectCommand({ Bucket, Key }));
    },
    async roleMay(where, RoleName, policy) {
      const about = { RoleName, PolicyName: RoleName, PolicyDocument: JSON.stringify(policy) };
      await as(where).iam.send(new PutRolePolicyCommand(about));
    },
  };
}
