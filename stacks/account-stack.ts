import {
  DefaultTokenResolver,
  StringConcat,
  TerraformStack,
  Tokenization,
  type TerraformProvider,
} from "cdktf";
import type { Construct } from "constructs";
import { CustomerManagedKey } from "../constructs/kms/customer-managed-key";
import type { IKey } from "../constructs/kms/key";
import type { KeyReference } from "../policy";
import { droppedStackName, stackName, type LockedAccount, type StackLayer, type Topology } from "../topology";
import { addBackend } from "./backend";
import { RegionProvider, providersOf } from "./region-provider";
import type { SynthSettings } from "./settings";

export interface AccountStackProps {
  readonly topology: Topology;
  readonly locked: LockedAccount;
  readonly settings: SynthSettings;
}

/** A stack with keys that other stacks refer to. */
export interface StackOfKeys {
  /** The key, if it is one of this stack's. */
  find(reference: KeyReference): IKey | undefined;
}

/** Blocks of a stack, as Terraform reads them from JSON. */
export interface PlainBlocks {
  readonly removed?: readonly object[];
  readonly import?: readonly object[];
}

/** One layer of one account: its state, and the providers of the Regions. */
export abstract class AccountStack extends TerraformStack {
  private readonly providers = new Map<string, TerraformProvider>();
  private readonly plainBlocks: (() => PlainBlocks)[] = [];
  private readonly keyArnsOfOthers = new Set<string>();

  constructor(
    scope: Construct,
    layer: StackLayer,
    protected readonly props: AccountStackProps,
  ) {
    const { account, declared, stateName } = props.locked;
    super(scope, declared ? stackName(layer, account.name) : droppedStackName(layer, stateName));
    addBackend(this, props.topology, stackName(layer, stateName), props.settings);
  }

  /**
   * Lets the stack read the keys of other stacks. The framework would find all references to other stacks by resolving each block once more,
   * which takes as long as writing it.
   */
  override prepareStack(): void {
    this.ensureBackendExists();
    const resolver = new DefaultTokenResolver(new StringConcat());
    Tokenization.resolve([...this.keyArnsOfOthers], { scope: this, preparing: true, resolver });
  }

  /** The stack as Terraform reads it. */
  override toTerraform(): Record<string, unknown> {
    const written = super.toTerraform() as Record<string, unknown>;
    const aws = providersOf(this.props.topology, this.props.locked, [...this.providers.keys()]);
    return this.plainBlocks.reduce<Record<string, unknown>>((stack, blocks) => withBlocks(stack, blocks()), {
      ...written,
      provider: { aws },
    });
  }

  /**
   * Writes blocks that refer to nothing. There are hundreds, and the framework, which looks for tokens in whatever constructs write, would
   * take most of a synthesis for them.
   */
  protected addPlainBlocks(blocks: () => PlainBlocks): void {
    this.plainBlocks.push(blocks);
  }

  /**
   * A key of another stack, as this stack reads it: by its ARN, the only value of other stacks that a stack refers to.
   * @returns undefined if none of the stacks has the key
   */
  protected keyOfOthers(stacks: readonly StackOfKeys[], reference: KeyReference): IKey | undefined {
    const found = stacks.map((stack) => stack.find(reference)).find((key) => key !== undefined);
    if (found === undefined) return undefined;
    const { keyArn, environment } = found;
    this.keyArnsOfOthers.add(keyArn);
    const key = CustomerManagedKey.fromKeyArn(this, keyArn);
    return environment === undefined ? key : { ...key, environment };
  }

  /** The provider of a Region. Each is a process of its own, so there is one a Region. */
  protected provider(region: string): TerraformProvider {
    const provider = this.providers.get(region) ?? new RegionProvider(this, region);
    this.providers.set(region, provider);
    return provider;
  }
}

/** Adds each block to those of its kind. */
function withBlocks(stack: Record<string, unknown>, blocks: PlainBlocks): Record<string, unknown> {
  const grown = Object.entries(blocks).map(([name, added]) => {
    const before = (stack[name] ?? []) as readonly object[];
    return [name, [...before, ...(added as readonly object[])]];
  });
  return { ...stack, ...Object.fromEntries(grown) };
}
