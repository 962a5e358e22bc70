import {
  droppedStackName,
  keyLayer,
  rememberedBuckets,
  rememberedKeys,
  STACK_LAYERS,
  stackName,
  withAccountFrom,
  withConfirmedBuckets,
  withConfirmedKeys,
  withGrantsSettled,
  withoutBucket,
  withoutKey,
  type KeyPlace,
  type Lock,
  type LockedTopology,
  type RememberedBucket,
  type StackLayer,
  type Topology,
} from "../../../topology";
import { lockOnDisk } from "../../api/lock-on-disk";
import type { Stack } from "../../terraform/synthesised";
import type { Host } from "../host";
import { projectAt } from "../load-config";
import type { CommonOptions } from "../session";

/**
 * What a deployment writes into the lock file, and when: resources that it has not begun to create are not recorded, and resources
 * that it may have created are never removed, even if it is killed. Each change applies to the current content of the file.
 */
export interface LockMemory {
  /** The topology with the current content of the lock file. */
  read(): LockedTopology;
  /** Records the account of a stack that is about to be applied, with its new keys and buckets as unconfirmed. */
  applying(stack: Stack): void;
  /** Confirms the keys and buckets of a stack after Terraform has applied it as it is synthesised. */
  deployed(stack: Stack): void;
  /** Confirms keys and buckets that an earlier deployment turned out to have created. */
  confirm(keys: readonly KeyPlace[], buckets: readonly RememberedBucket[]): void;
  /** Removes keys and buckets that were never created. */
  forget(keys: readonly KeyPlace[], buckets: readonly RememberedBucket[]): void;
}

/** @param options name the configuration; the lock file is next to it */
export function lockMemory(host: Host, options: CommonOptions, topology: Topology): LockMemory {
  const { stored, merged: read, write } = lockOnDisk(projectAt(host, options.config), topology);
  const { name } = topology;
  /** The lock file, with the account of a stack as the topology now declares it. */
  const remembered = (stack: Stack, change: (lock: Lock, account: string, layer: StackLayer) => Lock) => {
    const merged = read();
    const owner = ownerOf(merged, stack);
    if (owner === undefined) return;
    const { account, layer } = owner;
    write(change(withAccountFrom(stored(), name, account, merged.lock), account, layer));
  };
  return {
    read,
    applying: (stack) => remembered(stack, (lock) => lock),
    deployed: (stack) =>
      remembered(stack, (lock, account, layer) =>
        layer === "foundation-grants"
          ? withGrantsSettled(lock, topology, account)
          : confirmed(lock, name, account, layer),
      ),
    confirm: (keys, buckets) => {
      if (keys.length + buckets.length === 0) return;
      write(withConfirmedBuckets(withConfirmedKeys(stored(), name, keys), name, buckets));
    },
    forget: (keys, buckets) => {
      if (keys.length + buckets.length === 0) return;
      const without = keys.reduce<Lock>((lock, key) => withoutKey(lock, name, key), stored());
      write(buckets.reduce<Lock>((lock, bucket) => withoutBucket(lock, name, bucket), without));
    },
  };
}

/** The lock with the content of an account's stack confirmed, except what is deleted or released, which Terraform no longer has. */
function confirmed(lock: Lock, topology: string, id: string, layer: StackLayer): Lock {
  const keys = rememberedKeys(lock, topology).filter(
    ({ account, state, purpose, awaitsPrimary }) =>
      account === id && state !== "deleted" && awaitsPrimary !== true && keyLayer(purpose) === layer,
  );
  const buckets = rememberedBuckets(lock, topology).filter(
    ({ account, state }) => account === id && state !== "released" && layer === "foundation-buckets",
  );
  return withConfirmedBuckets(withConfirmedKeys(lock, topology, keys), topology, buckets);
}

/** The account of a stack, by the stack's name; undefined if the stack does not belong to the topology. */
function ownerOf({ accounts }: LockedTopology, stack: Stack) {
  for (const { account, declared, stateName } of accounts) {
    const layer = STACK_LAYERS.find(
      (one) => stack.name === (declared ? stackName(one, account.name) : droppedStackName(one, stateName)),
    );
    if (layer !== undefined) return { account: account.id, layer };
  }
  return undefined;
}
