import { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import { TerraformElement, TerraformStack, type TerraformProvider } from "cdktf";
import type { Construct } from "constructs";
import { regionsOf } from "@keyferry/common";
import {
  droppedStackName,
  LINEAGE_TAGS,
  stackName,
  type LockedAccount,
  type StackLayer,
  type Topology,
} from "../topology";
import { addBackend } from "./backend";
import { credentialsOf } from "./credentials";
import type { SynthSettings } from "./settings";

export interface AccountStackProps {
  readonly topology: Topology;
  readonly locked: LockedAccount;
  readonly settings: SynthSettings;
}

/** One layer of one account: its state, and the providers of the Regions. */
export abstract class AccountStack extends TerraformStack {
  private readonly providers = new Map<string, TerraformProvider>();

  constructor(
    scope: Construct,
    layer: StackLayer,
    protected readonly props: AccountStackProps,
  ) {
    const { account, declared, stateName } = props.locked;
    super(scope, declared ? stackName(layer, account.name) : droppedStackName(layer, stateName));
    addBackend(this, props.topology, stackName(layer, stateName), props.settings);
    new SpareProviders(this, "spare-providers", () => this.spareProviders());
  }

  /** The provider of a Region. Each is a process of its own, so there is one a Region. */
  protected provider(region: string): TerraformProvider {
    const known = this.providers.get(region);
    if (known !== undefined) return known;
    const { account, partition } = this.props.locked;
    const { profile, assumeRole } = credentialsOf(account, partition);
    const provider = new AwsProvider(this, `aws-${region}`, {
      alias: region,
      region,
      allowedAccountIds: [account.id],
      defaultTags: [{ tags: { [LINEAGE_TAGS.topology]: this.props.topology.name } }],
      ...(profile === undefined ? {} : { profile }),
      ...(assumeRole === undefined ? {} : { assumeRole: [assumeRole] }),
    });
    this.providers.set(region, provider);
    return provider;
  }

  private spareProviders(): readonly object[] {
    const { topology, locked } = this.props;
    const { account, partition } = locked;
    const { profile, assumeRole } = credentialsOf(account, partition);
    const common = {
      allowed_account_ids: [account.id],
      default_tags: [{ tags: { [LINEAGE_TAGS.topology]: topology.name } }],
      ...(profile === undefined ? {} : { profile }),
      ...(assumeRole === undefined
        ? {}
        : { assume_role: [{ role_arn: assumeRole.roleArn, session_name: assumeRole.sessionName }] }),
    };
    return regionsOf(partition)
      .filter((region) => !this.providers.has(region))
      .map((region) => ({ alias: region, region, ...common }));
  }
}

/**
 * Providers of Regions in which the stack has nothing any more, or never had: Terraform needs the provider with which a
 * resource was made to take it out, and nothing here knows in which Regions the state still has some. Terraform starts
 * none that it does not need. Written as data, because constructs for all of them would take most of the time of a
 * synthesis.
 */
class SpareProviders extends TerraformElement {
  constructor(
    scope: Construct,
    id: string,
    private readonly configurations: () => readonly object[],
  ) {
    super(scope, id);
  }

  override toTerraform(): object {
    return { provider: { aws: this.configurations() } };
  }
}
