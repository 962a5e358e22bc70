import {
  droppedStackName,
  rememberedKeys,
  STACK_LAYERS,
  stackName,
  withAccountFrom,
  withConfirmedKeys,
  withoutKey,
  type KeyPlace,
  type Lock,
  type LockedTopology,
  type StackLayer,
  type Topology,
} from "../../../topology";
import { lockOnDisk } from "../../api/lock-on-disk";
import type { Stack } from "../../terraform/synthesised";
import type { Host } from "../host";
import { projectAt } from "../load-config";
import type { CommonOptions } from "../session";

/**
 * What a deployment writes into the lock file, and when: what it has not begun to make is not remembered, and what it may
 * have made is never forgotten, wherever it is killed. Each change is made to the file as it is then.
 */
export interface LockMemory {
  /** The topology with what the lock file says now. */
  read(): LockedTopology;
  /** Remembers the account of a stack that is about to be applied, its new keys as unconfirmed. */
  applying(stack: Stack): void;
  /** Confirms the keys of a stack that Terraform has been seen to hold as it is synthesised. */
  deployed(stack: Stack): void;
  /** Confirms keys that an earlier deployment has made after all. */
  confirm(keys: readonly KeyPlace[]): void;
  /** Forgets keys that were never made. */
  forget(keys: readonly KeyPlace[]): void;
}

/** @param options name the configuration that the lock file lies beside */
export function lockMemory(host: Host, options: CommonOptions, topology: Topology): LockMemory {
  const { stored, merged: read, write } = lockOnDisk(projectAt(host, options.config), topology);
  const { name } = topology;
  /** The lock file with the account of a stack as the topology has it now. */
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
        layer === "foundation-keys" ? withConfirmedKeys(lock, name, keysIn(lock, name, account)) : lock,
      ),
    confirm: (keys) => write(withConfirmedKeys(stored(), name, keys)),
    forget: (keys) => write(keys.reduce<Lock>((lock, key) => withoutKey(lock, name, key), stored())),
  };
}

/** Keys that the stack of an account holds: Terraform has forgotten those that are deleted. */
function keysIn(lock: Lock, topology: string, id: string): readonly KeyPlace[] {
  return rememberedKeys(lock, topology).filter(({ account, state }) => account === id && state !== "deleted");
}

/** Whose stack it is, by its name; undefined for one that is not of the topology. */
function ownerOf({ accounts }: LockedTopology, stack: Stack) {
  for (const { account, declared, stateName } of accounts) {
    const layer = STACK_LAYERS.find(
      (one) => stack.name === (declared ? stackName(one, account.name) : droppedStackName(one, stateName)),
    );
    if (layer !== undefined) return { account: account.id, layer };
  }
  return undefined;
}
