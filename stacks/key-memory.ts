import { TerraformElement } from "cdktf";
import type { Construct } from "constructs";
import { regionsOf } from "@keyferry/common";
import { KEY_PURPOSES, type LockedAccount, type LockedKey } from "../topology";
import { keyAddresses } from "./key-addresses";

/**
 * What a keys stack says of keys that it does not declare. One that was deleted, and any that Terraform's state may hold and
 * the lock file does not know, is forgotten by Terraform and stays in AWS: without a block of its own Terraform would
 * destroy it. One with an id is taken over where the state does not hold it.
 */
export class KeyMemory extends TerraformElement {
  constructor(
    scope: Construct,
    id: string,
    private readonly locked: LockedAccount,
  ) {
    super(scope, id);
  }

  override toTerraform(): object {
    const written = this.locked.keys.filter(({ state }) => state !== "deleted");
    const isWritten = new Set(written.map(({ declaration: { purpose, region } }) => `${purpose} ${region}`));
    const removed = regionsOf(this.locked.partition).flatMap((region) =>
      KEY_PURPOSES.filter((purpose) => !isWritten.has(`${purpose} ${region}`)).flatMap((purpose) =>
        Object.values(keyAddresses(purpose, region)).map((from: string) => ({
          from,
          lifecycle: { destroy: false },
        })),
      ),
    );
    const imported = written.flatMap(importsOf);
    return { removed, ...(imported.length === 0 ? {} : { import: imported }) };
  }
}

function importsOf({ keyId, declaration: { purpose, region, alias } }: LockedKey): readonly object[] {
  if (keyId === undefined) return [];
  const addresses = keyAddresses(purpose, region);
  return [
    { to: addresses.key, id: keyId },
    { to: addresses.alias, id: alias },
  ];
}
