import type { CopyNode } from "../../../../topology";
import type { ReadContext } from "../../../../scripts/engine/context";
import { nodeName } from "../../../../scripts/engine/place-id";
import { check, type Finding } from "../../../../scripts/engine/finding";
import { bucketOf, wayOf } from "../stored/folders";

const say = check("restorable");

/**
 * Whether a destination can restore an image from an object, and copy the restored image: its bucket exists, and its EBS default
 * key is AWS's own or the foundation's. EC2 restores under the default key if the account encrypts by default.
 */
export async function checkRestorable({ aws }: ReadContext, node: CopyNode): Promise<readonly Finding[]> {
  const subject = nodeName(node);
  const { place } = node;
  const way = wayOf(aws, node);
  const [bucket, defaults, home] = await Promise.all([
    say.looking(subject, () => way.receiver.keysBelow(bucketOf(way.to), way.to.prefix), "failed"),
    say.looking(subject, () => aws.settings(place).ebsDefaults()),
    say.looking(subject, () => aws.keys(place).describeKey(node.keyAlias)),
  ]);
  return [
    "finding" in bucket
      ? {
          ...bucket.finding,
          fix: `deploy the foundation, which creates the bucket ${way.to.bucket} in account ${place.account.id}`,
        }
      : say.passed(subject, `the bucket ${way.to.bucket} exists`),
    "finding" in defaults
      ? defaults.finding
      : defaultKey(node, defaults.value, "finding" in home ? undefined : home.value?.arn),
  ];
}

function defaultKey(
  { place: { account, region }, keyAlias, ...node }: CopyNode,
  { encryptionByDefault, key }: { readonly encryptionByDefault: boolean; readonly key: string },
  home: string | undefined,
): Finding {
  const subject = nodeName({ ...node, place: { account, region }, keyAlias });
  if (!encryptionByDefault) {
    return say.passed(
      subject,
      "it is restored unencrypted, copied under the home key in the same job, and removed",
    );
  }
  if (key === "" || /(^|:)alias\/aws\//.test(key) || key === home) {
    return say.passed(
      subject,
      `it is restored under the EBS default key ${key === home ? keyAlias : "alias/aws/ebs"}`,
    );
  }
  return say.failed(
    subject,
    `account ${account.id} has EBS encryption by default in ${region} with the key ${key}, under which EC2 restores images, but the runner role may not use it`,
    `set accounts.${account.name}.ebsDefaults: true, which makes the foundation's key the default key, or set alias/aws/ebs as the default key in account ${account.id}`,
    account.id,
  );
}
