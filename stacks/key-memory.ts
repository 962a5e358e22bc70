import { regionsOf } from "@keyferry/common";
import {
  COPY_KEY_PURPOSES,
  keyLayer,
  namedKeyAlias,
  type KeyPurpose,
  type LockedKey,
  type StackLayer,
} from "../topology";
import type { AccountStackProps, PlainBlocks } from "./account-stack";
import { keyAddresses, lockedKeyAddresses, type KeyAddresses } from "./key-addresses";

/**
 * What a stack with keys says of those that it does not declare. One that was deleted, and any that Terraform's state may hold and
 * the lock file does not know, is forgotten by Terraform and stays in AWS: without a block of its own Terraform would
 * destroy it. One with an id is taken over where the state does not hold it.
 * @param layer of the stack, which has the keys of some purposes alone
 */
export function keyMemory(
  layer: StackLayer,
  { locked, topology }: Pick<AccountStackProps, "topology" | "locked">,
): PlainBlocks {
  const isHere = (purpose: KeyPurpose) => keyLayer(purpose) === layer;
  const keys = locked.keys.filter(({ declaration }) => isHere(declaration.purpose));
  const written = keys.filter(({ state }) => state !== "deleted");
  const isWritten = new Set(written.map(({ declaration: { purpose, region } }) => `${purpose} ${region}`));
  const forCopies = regionsOf(locked.partition).flatMap((region) =>
    COPY_KEY_PURPOSES.filter(isHere)
      .filter((purpose) => !isWritten.has(`${purpose} ${region}`))
      .map((purpose) => keyAddresses(purpose, region)),
  );
  const deleted = keys.filter(({ state, named }) => state === "deleted" && named !== undefined);
  const removed = [...forCopies, ...deleted.map(lockedKeyAddresses)].flatMap(forgotten);
  const imported = written.flatMap((key) => importsOf(topology.name, key));
  return { removed, ...(imported.length === 0 ? {} : { import: imported }) };
}

function forgotten({ key, alias, currentAlias }: KeyAddresses): readonly object[] {
  return [key, alias, ...(currentAlias === undefined ? [] : [currentAlias])].map((from) => ({
    from,
    lifecycle: { destroy: false },
  }));
}

function importsOf(topology: string, locked: LockedKey): readonly object[] {
  const { keyId, declaration, named } = locked;
  if (keyId === undefined) return [];
  const { alias } = declaration;
  const addresses = lockedKeyAddresses(locked);
  return [
    { to: addresses.key, id: keyId },
    { to: addresses.alias, id: alias },
    ...(addresses.currentAlias === undefined || named === undefined
      ? []
      : [{ to: addresses.currentAlias, id: namedKeyAlias(topology, named.name) }]),
  ];
}
