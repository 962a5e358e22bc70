import type { MountedService, Relay } from "../../dispatch";
import { bucketPolicyRelays } from "./bucket-policies";
import { bucketOf, createBucket, deleteBucket } from "./buckets";
import { checksOf } from "./checks";
import { copyObject } from "./objects/copy";
import { updateObjectEncryption } from "./encryption/update";
import { deleteRelays } from "./objects/delete";
import { multipartRelays } from "./objects/multipart";
import { readRelays } from "./objects/read";
import { taggingRelays } from "./objects/tagging";
import { putObject } from "./objects/write";
import { lockRelays } from "./lock/settings";
import { notificationRelays } from "./notifications/settings";
import { decodeS3, S3_OPERATIONS } from "./operations";
import type { S3Parts } from "./parts";
import { replicationRelays } from "./replication/settings";
import { aclRelays } from "./settings/acls";
import { configurationRelays } from "./settings/configurations";
import { defaultEncryptionRelays } from "./settings/default-encryption";
import { ownershipRelays } from "./settings/ownership";
import { publicAccessBlockRelays } from "./settings/public-access-block";
import { versioningRelays } from "./settings/versioning";

/**
 * S3, as far as images and buckets of a migration need it: permissions, keys, ownership and replication are decided
 * here, moto stores the bytes.
 */
export function s3Service(parts: S3Parts): MountedService {
  return {
    name: "s3",
    protocol: "rest-xml",
    operations: {},
    forwarded: Object.fromEntries(
      S3_OPERATIONS.map((operation) => [operation.name, checksOf(parts, operation)]),
    ),
    relays: {
      ...Object.fromEntries(
        S3_OPERATIONS.filter(({ on }) => on !== "service").map(({ name }) => [name, asOwner(parts)]),
      ),
      CreateBucket: createBucket(parts),
      DeleteBucket: deleteBucket(parts),
      ...bucketPolicyRelays(parts),
      ...publicAccessBlockRelays(parts),
      ...ownershipRelays(parts),
      ...aclRelays(parts),
      ...defaultEncryptionRelays(parts),
      ...versioningRelays(parts),
      ...configurationRelays(parts),
      ...replicationRelays(parts),
      ...notificationRelays(parts),
      ...lockRelays(parts),
      ...readRelays(parts),
      ...taggingRelays(parts),
      ...deleteRelays(parts),
      ...multipartRelays(parts),
      PutObject: putObject(parts),
      CopyObject: copyObject(parts),
      UpdateObjectEncryption: updateObjectEncryption(parts),
    },
    decode: decodeS3,
  };
}

/** Forwards a call to moto as the bucket's owner, regardless of the caller. */
function asOwner({ state, backend }: S3Parts): Relay {
  return ({ call, request }) => backend.pass(bucketOf(state, call), request);
}
