import { bucketArn } from "@keyferry/common";
import {
  IMAGE_BUCKET_ROWS,
  IMAGE_PUSHER_ROWS,
  type ImageBucketAccess,
  type ImagePusherAccess,
  type StoredAccess,
} from "../policy";
import type { Part } from "./permissions-part";

const SOURCE = "keyferry-<topology>-<source>-<source Region>";
const DESTINATION = "keyferry-<topology>-<destination>-<Region>";
const PREFIX = "received/<rule>/";

/** Access of the account that stores images as objects. */
export const STORES: StoredAccess = {
  storesIn: [{ bucket: SOURCE, region: "<source Region>", prefixes: ["stored/<rule>/"] }],
  pushesInto: [{ bucket: DESTINATION, region: "<Region>", prefixes: [PREFIX] }],
  restoresFrom: [],
};

/** Access of the account that restores them. */
export const RESTORES: StoredAccess = {
  storesIn: [],
  pushesInto: [],
  restoresFrom: [{ bucket: DESTINATION, region: "<Region>", prefixes: [PREFIX] }],
};

const BUCKET = { partition: "aws", bucketArn: bucketArn("aws", DESTINATION) };

export const IMAGE_BUCKET_PART: Part<ImageBucketAccess> = {
  title: "Policies of buckets for stored images",
  about: "The policy of an `ImageBucket`. Each account and Region of the route `store-restore` has one.",
  rows: IMAGE_BUCKET_ROWS,
  scopes: { "every such bucket": { ...BUCKET, pushers: [] } },
};

export const IMAGE_PUSHER_PART: Part<ImagePusherAccess> = {
  title: "Who copies images into such a bucket",
  about: "If the source's account is another account, for each of its runner roles.",
  rows: IMAGE_PUSHER_ROWS,
  scopes: {
    "buckets of destinations": {
      ...BUCKET,
      pusher: { account: "<source>", roleName: "<runner role>", prefixes: [PREFIX] },
    },
  },
};
