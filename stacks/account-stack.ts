import { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import { TerraformStack, type TerraformProvider } from "cdktf";
import type { Construct } from "constructs";
import { LINEAGE_TAGS, stackName, type Account, type StackLayer, type Topology } from "../topology";
import { addBackend } from "./backend";
import { credentialsOf } from "./credentials";
import type { SynthSettings } from "./settings";

export interface AccountStackProps {
  readonly topology: Topology;
  readonly account: Account;
  readonly settings: SynthSettings;
}

/** One layer of one account: its state, and a provider for each Region that the layer works in. */
export abstract class AccountStack extends TerraformStack {
  private readonly providers = new Map<string, TerraformProvider>();

  constructor(
    scope: Construct,
    layer: StackLayer,
    protected readonly props: AccountStackProps,
  ) {
    super(scope, stackName(layer, props.account.name));
    addBackend(this, props.topology, props.settings);
  }

  /** The provider of a Region. Each is a process of its own, so there is one a Region, and none that nobody uses. */
  protected provider(region: string): TerraformProvider {
    const known = this.providers.get(region);
    if (known !== undefined) return known;
    const { topology, account } = this.props;
    const { profile, assumeRole } = credentialsOf(account, topology.partition);
    const provider = new AwsProvider(this, `aws-${region}`, {
      alias: region,
      region,
      allowedAccountIds: [account.id],
      defaultTags: [{ tags: { [LINEAGE_TAGS.topology]: topology.name } }],
      ...(profile === undefined ? {} : { profile }),
      ...(assumeRole === undefined ? {} : { assumeRole: [assumeRole] }),
    });
    this.providers.set(region, provider);
    return provider;
  }
}
