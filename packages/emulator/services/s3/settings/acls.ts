/** ACLs: where they are disabled they can be read but not set. Source: S3 user guide, "Controlling ownership of objects". */
import { AwsError } from "../../../contract";
import type { Relay } from "../../../dispatch";
import { bucketOf } from "../buckets";
import type { S3Parts } from "../parts";

export function aclRelays({ state }: S3Parts): Readonly<Record<string, Relay>> {
  const refuse: Relay = async ({ call }) => {
    const { ownership } = bucketOf(state, call);
    return Promise.reject(
      ownership === "BucketOwnerEnforced"
        ? new AwsError("AccessControlListNotSupported", "The bucket does not allow ACLs")
        : new AwsError("NotImplemented", "The rehearsal cloud does not model changes of ACLs in S3."),
    );
  };
  return { PutBucketAcl: refuse, PutObjectAcl: refuse };
}
