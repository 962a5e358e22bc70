/**
 * The records that Keyferry keeps in addition to the configuration, in `keyferry.lock.json`: every key and account that it ever deployed,
 * so that an edit of the configuration neither destroys a key nor leaves another account access to one, and the routes that a
 * plan has chosen.
 *
 * Synthesis reads it and merges the topology into it; a deployment writes it before Terraform applies, and confirms its keys
 * afterwards. A command that changes the state of a key does the same, with its change in between:
 *
 * ```ts
 * const file = lockFile(workspace(env, cwd), configuration);               // core/workspace
 * const { lock } = mergeLock(topology, parseLock(readIfPresent(file), file)); // core/whole-file
 * const disabled = withKey(lock, topology.name, place, { state: "disabled" });
 * writeIfChanged(file, lockText(disabled));
 * ```
 *
 * The change takes effect with the next deploy of `foundation-*`: a key that is `disabled` is disabled then, one that is
 * `deleted` is forgotten by Terraform. The command that sets `deleted` must itself schedule the deletion. A key with a `keyId` that
 * is not in Terraform's state is imported by the next deploy.
 */
export { parseLock, lockText } from "./parse";
export type { LockedBucket } from "./buckets";
export {
  doubtfulBuckets,
  doubtfulKeys,
  rememberedBuckets,
  rememberedKeys,
  withAccountFrom,
  withConfirmedBuckets,
  withConfirmedKeys,
  withGrantsSettled,
  withKey,
  withoutAccount,
  withoutBucket,
  withoutKey,
} from "./change";
export {
  mergeLock,
  type LockedAccount,
  type LockedGeneration,
  type LockedKey,
  type LockedTopology,
} from "./merge";
export type { LockedNamedKey } from "./named-keys";
export { autoJobs, chosenRoute, refuseUndecided, withRemembered, withRoutes } from "./routes";
export {
  EMPTY_LOCK,
  COPY_KEY_PURPOSES,
  currentAlias,
  isCopyKeyPurpose,
  keyAlias,
  keyLayer,
  keyPlaceId,
  rememberedBucketId,
  type AccountRecord,
  type CopyKeyPurpose,
  type BucketRecord,
  type BucketState,
  type KeyPlace,
  type KeyPurpose,
  type KeyRecord,
  type KeyState,
  type Lock,
  type RememberedBucket,
  type RememberedKey,
  type TopologyRecord,
} from "./model";
