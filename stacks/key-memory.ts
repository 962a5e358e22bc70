import { TerraformElement } from "cdktf";
import type { Construct } from "constructs";
import { regionsOf } from "@keyferry/common";
import { COPY_KEY_PURPOSES, namedKeyAlias, type LockedAccount, type LockedKey } from "../topology";
import { keyAddresses, lockedKeyAddresses, type KeyAddresses } from "./key-addresses";

/**
 * What a keys stack says of keys that it does not declare. One that was deleted, and any that Terraform's state may hold and
 * the lock file does not know, is forgotten by Terraform and stays in AWS: without a block of its own Terraform would
 * destroy it. One with an id is taken over where the state does not hold it.
 */
export class KeyMemory extends TerraformElement {
  constructor(
    scope: Construct,
    id: string,
    private readonly topology: string,
    private readonly locked: LockedAccount,
  ) {
    super(scope, id);
  }

  override toTerraform(): object {
    const written = this.locked.keys.filter(({ state }) => state !== "deleted");
    const isWritten = new Set(written.map(({ declaration: { purpose, region } }) => `${purpose} ${region}`));
    const forCopies = regionsOf(this.locked.partition).flatMap((region) =>
      COPY_KEY_PURPOSES.filter((purpose) => !isWritten.has(`${purpose} ${region}`)).map((purpose) =>
        keyAddresses(purpose, region),
      ),
    );
    const deleted = this.locked.keys.filter(({ state, named }) => state === "deleted" && named !== undefined);
    const removed = [...forCopies, ...deleted.map(lockedKeyAddresses)].flatMap(forgotten);
    const imported = written.flatMap((key) => importsOf(this.topology, key));
    return { removed, ...(imported.length === 0 ? {} : { import: imported }) };
  }
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
