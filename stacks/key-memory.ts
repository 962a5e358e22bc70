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
import { firstAliasAddress, keyAddresses, lockedKeyAddresses, type KeyAddresses } from "./key-addresses";

/** Types of resources that cannot be recovered after they are destroyed. */
const IS_KEY = /^aws_kms_(key|external_key|replica_key|replica_external_key|alias)\./;

/**
 * The blocks of a stack with keys for keys that it does not declare. A deleted key, and any that Terraform's state may have and
 * the lock file does not, is forgotten by Terraform and stays in AWS: without such a block, Terraform would
 * destroy it. A key with an id is imported if the state does not have it.
 * @param layer of the stack, which has the keys of some purposes alone
 * @param held addresses of everything that the stack's local state holds: keys that the user named have no list of places where they might be
 */
export function keyMemory(
  layer: StackLayer,
  { locked, topology }: Pick<AccountStackProps, "topology" | "locked">,
  held: ReadonlySet<string>,
): PlainBlocks {
  const isHere = (purpose: KeyPurpose) => keyLayer(purpose) === layer;
  const keys = locked.keys.filter(({ declaration }) => isHere(declaration.purpose));
  const written = keys.filter(({ state }) => state !== "deleted");
  const isWritten = new Set(written.map(lockedKeyAddresses).flatMap(addressesIn));
  const forCopies = regionsOf(locked.partition).flatMap((region) =>
    COPY_KEY_PURPOSES.filter(isHere).flatMap((purpose) => {
      const isNumbered = written.some(
        ({ generation, declaration }) => generation?.name === purpose && declaration.region === region,
      );
      const numbered = isNumbered ? [firstAliasAddress(purpose, region)] : [];
      return [...addressesIn(keyAddresses(purpose, region)), ...numbered];
    }),
  );
  const deleted = keys.filter(
    ({ state, named, generation }) =>
      state === "deleted" && (named !== undefined || generation !== undefined),
  );
  const keysHeld = [...held].filter((address) => IS_KEY.test(address));
  const away = [...forCopies, ...deleted.map(lockedKeyAddresses).flatMap(addressesIn), ...keysHeld];
  const removed = [...new Set(away)]
    .filter((address) => !isWritten.has(address))
    .map((from) => ({ from, lifecycle: { destroy: false } }));
  const imported = written.flatMap((key) => importsOf(topology.name, key));
  return { removed, ...(imported.length === 0 ? {} : { import: imported }) };
}

function addressesIn({ key, alias, currentAlias: current }: KeyAddresses): readonly string[] {
  return [key, alias, ...(current === undefined ? [] : [current])];
}

function importsOf(topology: string, locked: LockedKey): readonly object[] {
  const { keyId, declaration, named, generation } = locked;
  if (keyId === undefined) return [];
  const { alias } = declaration;
  const addresses = lockedKeyAddresses(locked);
  const name = named?.name ?? generation?.name;
  // A first key gets its alias with a number only when there is another key.
  const isNew = generation?.generation === 1 && !generation.isNumbered;
  return [
    { to: addresses.key, id: keyId },
    ...(isNew ? [] : [{ to: addresses.alias, id: alias }]),
    ...(addresses.currentAlias === undefined || name === undefined
      ? []
      : [{ to: addresses.currentAlias, id: namedKeyAlias(topology, name) }]),
  ];
}
