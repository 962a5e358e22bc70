import type { Place } from "../../../../topology";
import type { KeyUser, KeyUserType } from "../../../aws";
import type { OwnersTask } from "../../../engine/results";
import type { Campaign, Generation } from "./campaign";

/** Why the campaign does not copy an image or snapshot. */
export type Reason = "keyferry-copy" | "pending" | "not-available" | "mixed" | "archived";

interface User extends KeyUser {
  /** @default - the first former one */
  readonly generation?: Generation;
  readonly reason?: Reason;
}

interface Way {
  readonly how: string;
  /** Without the Region, which is added. */
  readonly commands: readonly string[];
}

/** What the description of a task uses. */
interface Given {
  readonly id: string;
  /** ARN of the current key. */
  readonly key: string;
  /** ARN of the former key. */
  readonly former: string;
  readonly region: string;
  readonly reason: Reason | undefined;
  /** Whether the key belongs to the account of its user. */
  readonly isOwnKey: boolean;
  /** Whether Terraform created the grant. */
  readonly isOurs: boolean;
}

const REASONS: Readonly<Record<Reason, Way>> = {
  "keyferry-copy": {
    how: "a run of Keyferry made it: the next run copies the source of its rule again, by its route, under the current key; then --remove-replaced removes this copy. A copy of an earlier source is removed by `keep`, or by its owner once nothing uses it",
    commands: ["keyferry run"],
  },
  pending: {
    how: "it is still being created: run the same command again once it is available",
    commands: [],
  },
  "not-available": {
    how: "it cannot be copied in its current state: enable it and run the same command again, or remove it",
    commands: [],
  },
  mixed: {
    how: "some of its volumes are under other keys, and CopyImage would put all of them under one key: copy it yourself if you want that",
    commands: [],
  },
  archived: {
    how: "it is in the archive tier: restore it, and run the same command again",
    commands: [],
  },
};

/** AWS CLI commands for the reasons that a command can resolve. */
const REASON_COMMANDS: Partial<Record<Reason, (given: Given) => readonly string[]>> = {
  "not-available": ({ id }) =>
    id.startsWith("ami-")
      ? [`aws ec2 enable-image --image-id ${id}`]
      : [`aws ec2 delete-snapshot --snapshot-id ${id}`],
  mixed: ({ id, key, region }) => [
    `aws ec2 copy-image --source-image-id ${id} --source-region ${region} --name NAME --encrypted --kms-key-id ${key} --copy-image-tags`,
  ],
  archived: ({ id }) => [`aws ec2 restore-snapshot-tier --snapshot-id ${id} --permanent-restore`],
};

/** Source: S3 API reference, UpdateObjectEncryption. */
const REENCRYPT_OBJECTS =
  "re-encrypt the objects in place, many objects with S3 Batch Operations (S3UpdateObjectEncryption, a manifest filtered by KMS key); this works neither for objects under DSSE-KMS or SSE-C nor for objects protected by Object Lock: copy those";
/** The key must belong to the account that owns the bucket. */
const COPY_OBJECTS =
  "copy the objects onto themselves: UpdateObjectEncryption does not accept a key of another account";

/** How each kind of user moves to another key. Sources: the CLI references of the services named. */
const WAYS: Readonly<Record<KeyUserType, (given: Given) => Way>> = {
  volume: ({ id, key }) => ({
    how: "EBS cannot change a volume's key: create a volume from its snapshot under the current key, and replace the volume while the instance is stopped; volumes of an Auto Scaling group are replaced with its instances",
    commands: [
      `aws ec2 create-snapshot --volume-id ${id}`,
      `aws ec2 create-volume --snapshot-id SNAPSHOT --availability-zone ZONE --encrypted --kms-key-id ${key}`,
      `aws ec2 detach-volume --volume-id ${id}`,
      "aws ec2 attach-volume --volume-id NEW-VOLUME --instance-id INSTANCE --device DEVICE",
      `aws ec2 delete-volume --volume-id ${id}`,
      "aws ec2 delete-snapshot --snapshot-id SNAPSHOT",
    ],
  }),
  snapshot: (given) => reasoned(given),
  image: (given) => reasoned(given),
  "in-recycle-bin": ({ id }) => ({
    how: "EC2 does not show its key until it is restored: restore it and run the same command again, or wait until its retention ends",
    commands: [
      id.startsWith("ami-")
        ? `aws ec2 restore-image-from-recycle-bin --image-id ${id}`
        : `aws ec2 restore-snapshot-from-recycle-bin --snapshot-id ${id}`,
    ],
  }),
  "launch-template": ({ id }) => {
    const [name, version] = id.split(":");
    return {
      how: "create a version that names the replacement, or an SSM parameter, make it the default version, and replace the instances of its groups",
      commands: [
        `aws ec2 create-launch-template-version --launch-template-name ${name} --source-version ${version} --launch-template-data '{"ImageId":"REPLACEMENT"}'`,
        `aws ec2 modify-launch-template --launch-template-name ${name} --default-version NEW-VERSION`,
      ],
    };
  },
  "launch-configuration": ({ id }) => ({
    how: "launch configurations cannot be changed: give its groups a launch template, and delete the launch configuration",
    commands: [`aws autoscaling delete-launch-configuration --launch-configuration-name ${id}`],
  }),
  "spot-fleet-request": ({ id }) => ({
    how: "launch specifications cannot be changed: create another request, with a launch template that names the replacement, and cancel this one with its instances",
    commands: [
      "aws ec2 request-spot-fleet --spot-fleet-request-config file://NEW-REQUEST.json",
      `aws ec2 cancel-spot-fleet-requests --spot-fleet-request-ids ${id} --terminate-instances`,
    ],
  }),
  "ebs-default": ({ key }) => ({
    how: "new volumes are encrypted under it: make the current key the default key",
    commands: [`aws ec2 modify-ebs-default-kms-key-id --kms-key-id ${key}`],
  }),
  grant: ({ id, former, isOurs }) =>
    isOurs
      ? {
          how: "a grant of the topology: the deployment that disables the key retires it (keyferry keys disable)",
          commands: [],
        }
      : {
          how: "a grant of EC2, RDS or S3 ends with the resource it is for; revoke a grant that is no longer needed",
          commands: [`aws kms revoke-grant --key-id ${former} --grant-id ${id}`],
        },
  alias: ({ id, key }) => ({
    how: "callers that use the key by this alias continue to encrypt under it: point the alias to the current key",
    commands: [`aws kms update-alias --alias-name ${id} --target-key-id ${key}`],
  }),
  replica: () => ({
    how: "a replica has the same key material: run this command for the key in all its Regions",
    commands: [],
  }),
  "db-instance": ({ id, key }) => ({
    how: "RDS cannot change an instance's key: restore a copy of its snapshot under the current key, and swap the names of the two",
    commands: [
      `aws rds create-db-snapshot --db-instance-identifier ${id} --db-snapshot-identifier SNAPSHOT`,
      `aws rds copy-db-snapshot --source-db-snapshot-identifier SNAPSHOT --target-db-snapshot-identifier COPY --kms-key-id ${key}`,
      "aws rds restore-db-instance-from-db-snapshot --db-instance-identifier NEW --db-snapshot-identifier COPY",
    ],
  }),
  "performance-insights": ({ id }) => ({
    how: "RDS keeps the key of Performance Insights as long as it is enabled: disable it, and enable it under the current key",
    commands: [
      `aws rds modify-db-instance --db-instance-identifier ${id} --no-enable-performance-insights --apply-immediately`,
    ],
  }),
  "db-cluster": ({ id, key }) => ({
    how: "RDS cannot change a cluster's key: restore its snapshot under the current key, and swap the names of the two",
    commands: [
      `aws rds create-db-cluster-snapshot --db-cluster-identifier ${id} --db-cluster-snapshot-identifier SNAPSHOT`,
      `aws rds restore-db-cluster-from-snapshot --db-cluster-identifier NEW --snapshot-identifier SNAPSHOT --engine ENGINE --kms-key-id ${key}`,
    ],
  }),
  "db-snapshot": ({ id, key }) => ({
    how: "copy it under the current key, and delete it",
    commands: [
      `aws rds copy-db-snapshot --source-db-snapshot-identifier ${id} --target-db-snapshot-identifier COPY --kms-key-id ${key} --copy-tags`,
      `aws rds delete-db-snapshot --db-snapshot-identifier ${id}`,
    ],
  }),
  "db-cluster-snapshot": ({ id, key }) => ({
    how: "copy it under the current key, and delete it",
    commands: [
      `aws rds copy-db-cluster-snapshot --source-db-cluster-snapshot-identifier ${id} --target-db-cluster-snapshot-identifier COPY --kms-key-id ${key} --copy-tags`,
      `aws rds delete-db-cluster-snapshot --db-cluster-snapshot-identifier ${id}`,
    ],
  }),
  "db-automated-backup": () => ({
    how: "automated backups are deleted with their database, or when their retention ends",
    commands: [],
  }),
  bucket: ({ id, key, isOwnKey }) => ({
    how: `new objects are encrypted under it, and existing objects stay under it: change the default, and ${isOwnKey ? REENCRYPT_OBJECTS : COPY_OBJECTS}`,
    commands: [
      `aws s3api put-bucket-encryption --bucket ${id} --server-side-encryption-configuration '{"Rules":[{"ApplyServerSideEncryptionByDefault":{"SSEAlgorithm":"aws:kms","KMSMasterKeyID":"${key}"},"BucketKeyEnabled":true}]}'`,
      ...(isOwnKey
        ? [
            `aws s3api update-object-encryption --bucket ${id} --key OBJECT --object-encryption '{"SSEKMS":{"KMSKeyArn":"${key}","BucketKeyEnabled":true}}'`,
          ]
        : []),
    ],
  }),
  "replication-rule": ({ id, key }) => ({
    how: `replicas are encrypted under it: update the rule with ${key} as ReplicaKmsKeyID, and let its role use that key`,
    commands: [`aws s3api get-bucket-replication --bucket ${id}`],
  }),
  parameter: ({ id, key }) => ({
    how: "write it again under the current key",
    commands: [
      `aws ssm put-parameter --name ${id} --type SecureString --overwrite --key-id ${key} --value "$(aws ssm get-parameter --name ${id} --with-decryption --query Parameter.Value --output text)"`,
    ],
  }),
  secret: ({ id, key }) => ({
    how: "change it to the current key: Secrets Manager re-encrypts its newest versions",
    commands: [`aws secretsmanager update-secret --secret-id ${id} --kms-key-id ${key}`],
  }),
  "log-group": ({ id, key }) => ({
    how: "new events are encrypted under the current key; existing events stay under the former key until they expire",
    commands: [`aws logs associate-kms-key --log-group-name ${id} --kms-key-id ${key}`],
  }),
};

function reasoned(given: Given): Way {
  const reason = given.reason ?? "not-available";
  const way = REASONS[reason];
  return { ...way, commands: REASON_COMMANDS[reason]?.(given) ?? way.commands };
}

/** What the owner of a resource must do to move it from a former key. */
export function ownersTask(topology: string, campaign: Campaign, place: Place, user: User): OwnersTask {
  const { type, id, text, sizeGiB, grant, reason } = user;
  const former = user.generation?.arn ?? campaign.former[0]?.arn ?? "";
  const { how, commands } = WAYS[type]({
    id,
    key: campaign.present.arn,
    former,
    region: place.region,
    isOwnKey: place.account.id === campaign.place.account.id,
    reason,
    isOurs: grant?.name?.startsWith(`keyferry/${topology}/`) === true,
  });
  return {
    account: place.account.id,
    region: place.region,
    type,
    id,
    what: text,
    ...(sizeGiB === undefined ? {} : { sizeGiB }),
    how,
    commands: commands.map((command) =>
      command.startsWith("aws ") ? `${command} --region ${place.region}` : command,
    ),
  };
}
