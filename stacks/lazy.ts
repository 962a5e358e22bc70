import { createRequire } from "node:module";
import type * as Imported from "../constructs/kms/imported-key";
import type * as ImageBuckets from "../constructs/s3/image-bucket";
import type * as Consumers from "./consumers-stack";
import type * as Buckets from "./foundation-buckets-stack";
import type * as Grants from "./foundation-grants-stack";
import type * as Replication from "./foundation-replication-stack";

const load = createRequire(__filename);

/** Modules that are loaded only if a topology needs them: launch templates and groups are the largest part of the provider. */
export const lazy = {
  consumersStack: () => load("./consumers-stack") as typeof Consumers,
  grantsStack: () => load("./foundation-grants-stack") as typeof Grants,
  importedKey: () => load("../constructs/kms/imported-key") as typeof Imported,
  imageBucket: () => load("../constructs/s3/image-bucket") as typeof ImageBuckets,
  bucketsStack: () => load("./foundation-buckets-stack") as typeof Buckets,
  replicationStack: () => load("./foundation-replication-stack") as typeof Replication,
};
