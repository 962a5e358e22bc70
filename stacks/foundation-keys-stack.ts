import type { Construct } from "constructs";
import { EbsDefaults } from "../constructs/ec2/ebs-defaults";
import { CustomerManagedKey } from "../constructs/kms/customer-managed-key";
import type { IKey } from "../constructs/kms/key";
import { keyReferenceId, type KeyReference } from "../policy";
import type { CopyKeyPurpose, LockedKey } from "../topology";
import { AccountStack, type AccountStackProps } from "./account-stack";
import { keyConstructId } from "./key-addresses";
import { KeyMemory } from "./key-memory";
import { addNamedKeys } from "./named-keys";

const PURPOSES: Readonly<Record<CopyKeyPurpose, string>> = {
  home: "copies of images end under this key",
  transit: "copies of images travel under this key to other accounts",
};

/**
 * The keys of an account with their aliases and key policies, retired ones included, and EBS defaults where asked for.
 * Refers to no other stack, so no cycle can arise.
 */
export class FoundationKeysStack extends AccountStack {
  private readonly keys = new Map<string, IKey>();

  constructor(scope: Construct, props: AccountStackProps) {
    super(scope, "foundation-keys", props);
    const written = props.locked.keys.filter(({ state }) => state !== "deleted");
    written.filter(({ named }) => named === undefined).forEach((key) => this.add(key));
    const named = addNamedKeys(this, {
      topology: props.topology.name,
      keys: written,
      provider: (region) => this.provider(region),
    });
    for (const [{ declaration }, key] of named) this.keys.set(keyReferenceId(declaration), key);
    new KeyMemory(this, "key-memory", props.topology.name, props.locked);
  }

  /** The key, if it is one of this stack's. */
  find(reference: KeyReference): IKey | undefined {
    return this.keys.get(keyReferenceId(reference));
  }

  private add({ declaration, state, isEbsDefault, rotationPeriodInDays }: LockedKey): void {
    const { region, alias } = declaration;
    const purpose = declaration.purpose as CopyKeyPurpose;
    const provider = this.provider(region);
    const key = new CustomerManagedKey(this, keyConstructId(purpose, region), {
      alias,
      description: `Keyferry ${this.props.topology.name}: ${PURPOSES[purpose]}`,
      environment: declaration,
      enabled: state !== "disabled",
      ...(rotationPeriodInDays === undefined ? {} : { rotationPeriodInDays }),
      provider,
    });
    const { copiers, launches, ebsDefault } = declaration;
    const roles = copiers.map(({ account, runnerRole }) => ({ account, roleName: runnerRole }));
    if (roles.length > 0) key.grants.allowCopying(...roles);
    if (launches) key.grants.allowLaunching();
    if (ebsDefault === true) key.grants.allowEbsDefault();
    this.keys.set(keyReferenceId(declaration), key);
    if (isEbsDefault) new EbsDefaults(this, `ebs-defaults-${region}`, { key, provider });
  }
}
