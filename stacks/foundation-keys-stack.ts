import type { Construct } from "constructs";
import { EbsDefaults } from "../constructs/ec2/ebs-defaults";
import type { CustomerManagedKey } from "../constructs/kms/customer-managed-key";
import type { IKey } from "../constructs/kms/key";
import { keyReferenceId, type Copier, type KeyReference } from "../policy";
import { currentAlias, keyLayer, ownKeyDeclarations, type LockedKey } from "../topology";
import { AccountStack, type AccountStackProps } from "./account-stack";
import { existingKey } from "./existing-key";
import { addCurrentAlias, foundationKey } from "./foundation-key";
import { keyMemory } from "./key-memory";
import { heldAddresses } from "./local-state";
import { addNamedKeys } from "./named-keys";

/**
 * The keys of an account with their aliases and key policies, including retired ones, and EBS defaults if declared. Existing keys that
 * are used instead are looked up here, because only their own account can find them by their aliases.
 * Refers to no other stack, so there can be no cycle.
 */
export class FoundationKeysStack extends AccountStack {
  private readonly keys = new Map<string, IKey>();
  /** The first home and transit keys of places with several ones, by Region and name. */
  private readonly firsts = new Map<string, CustomerManagedKey>();

  constructor(scope: Construct, props: AccountStackProps) {
    super(scope, "foundation-keys", props);
    const written = props.locked.keys.filter(
      ({ state, declaration }) => state !== "deleted" && keyLayer(declaration.purpose) === "foundation-keys",
    );
    written.filter(({ named }) => named === undefined).forEach((key) => this.add(key));
    const named = addNamedKeys(this, {
      topology: props.topology.name,
      keys: written,
      provider: (region) => this.provider(region),
    });
    for (const [{ declaration }, key] of named) this.keys.set(keyReferenceId(declaration), key);
    this.lookUpOwnKeys();
    const held = heldAddresses("foundation-keys", props);
    this.addPlainBlocks(() => keyMemory("foundation-keys", props, held));
  }

  private lookUpOwnKeys(): void {
    const { topology, locked } = this.props;
    for (const { purpose, ...reference } of ownKeyDeclarations(topology)) {
      const { account, region, alias } = reference;
      if (account !== locked.account.id) continue;
      const key = existingKey(this, `own-${purpose}-${region}`, { alias, provider: this.provider(region) });
      this.keys.set(keyReferenceId(reference), key);
    }
  }

  /** The key, if it is one of this stack's. */
  find(reference: KeyReference): IKey | undefined {
    return this.keys.get(keyReferenceId(reference));
  }

  private add(locked: LockedKey): void {
    const { declaration, isEbsDefault } = locked;
    const { region } = declaration;
    const provider = this.provider(region);
    const key = foundationKey(this, this.props.topology, locked, provider);
    const { copiers, databaseCopiers = [], launches, ebsDefault } = declaration;
    const rolesOf = (some: readonly Copier[]) =>
      some.map(({ account, runnerRole }) => ({ account, roleName: runnerRole }));
    if (copiers.length > 0) key.grants.allowCopying(...rolesOf(copiers));
    if (databaseCopiers.length > 0) key.grants.allowCopyingDatabases(...rolesOf(databaseCopiers));
    if (launches) key.grants.allowLaunching();
    if (ebsDefault === true) key.grants.allowEbsDefault();
    this.keys.set(keyReferenceId(declaration), key);
    this.addGeneration(locked, key);
    if (isEbsDefault) new EbsDefaults(this, `ebs-defaults-${region}`, { key, provider });
  }

  /** The declared one of several keys is also found by the alias without a number. */
  private addGeneration({ declaration, generation }: LockedKey, key: CustomerManagedKey): void {
    if (generation === undefined) return;
    const { region } = declaration;
    const place = `${region} ${generation.name}`;
    if (generation.generation === 1) this.firsts.set(place, key);
    if (!generation.isCurrent) return;
    const { topology } = this.props;
    const first = this.firsts.get(place);
    addCurrentAlias(this, topology, generation, region, {
      ...{ key, provider: this.provider(region) },
      ...(first === undefined ? {} : { first }),
    });
    this.keys.set(
      keyReferenceId({ ...declaration, alias: currentAlias(topology.name, generation.name) }),
      key,
    );
  }
}
