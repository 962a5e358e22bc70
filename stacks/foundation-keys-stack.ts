import type { Construct } from "constructs";
import { CustomerManagedKey, EbsDefaults, type IKey } from "../constructs";
import { keyPolicy, keyReferenceId, type KeyDeclaration, type KeyReference } from "../policy";
import { keyDeclarations } from "../topology";
import { AccountStack, type AccountStackProps } from "./account-stack";

const PURPOSES: Readonly<Record<KeyDeclaration["purpose"], string>> = {
  home: "copies of images end under this key",
  transit: "copies of images travel under this key to other accounts",
};

/** The keys of an account with their aliases and key policies, and EBS defaults where asked for. Refers to no other stack, so no cycle can arise. */
export class FoundationKeysStack extends AccountStack {
  private readonly keys = new Map<string, IKey>();

  constructor(scope: Construct, props: AccountStackProps) {
    super(scope, "foundation-keys", props);
    const { topology, account } = props;
    for (const declaration of keyDeclarations(topology).filter((key) => key.account === account.id)) {
      const key = new CustomerManagedKey(this, `${declaration.purpose}-${declaration.region}`, {
        alias: declaration.alias,
        description: `Keyferry ${topology.name}: ${PURPOSES[declaration.purpose]}`,
        policy: keyPolicy(declaration),
        provider: this.provider(declaration.region),
      });
      this.keys.set(keyReferenceId(declaration), key);
      if (declaration.ebsDefault === true) {
        new EbsDefaults(this, `ebs-defaults-${declaration.region}`, {
          key,
          provider: this.provider(declaration.region),
        });
      }
    }
  }

  /** The key, if it is one of this stack's. */
  find(reference: KeyReference): IKey | undefined {
    return this.keys.get(keyReferenceId(reference));
  }
}
