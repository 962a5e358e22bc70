import { DataAwsCallerIdentity } from "@cdktf/provider-aws/lib/data-aws-caller-identity";
import { DataAwsPartition } from "@cdktf/provider-aws/lib/data-aws-partition";
import { DataAwsRegion } from "@cdktf/provider-aws/lib/data-aws-region";
import type { TerraformProvider } from "cdktf";
import type { Construct } from "constructs";
import type { KeyEnvironment } from "../policy";

/** Partition, account and Region of a provider. Each plan reads them from AWS; a part that is not used is not read. */
export class ProviderEnvironment implements KeyEnvironment {
  private readonly placement: { readonly provider?: TerraformProvider };
  private readonly read: { account?: string; partition?: string; region?: string } = {};

  /** @param provider @default - the stack's own provider */
  constructor(
    private readonly scope: Construct,
    provider?: TerraformProvider,
  ) {
    this.placement = provider === undefined ? {} : { provider };
  }

  get account(): string {
    return (this.read.account ??= new DataAwsCallerIdentity(this.scope, "Account", this.placement).accountId);
  }

  get partition(): string {
    return (this.read.partition ??= new DataAwsPartition(this.scope, "Partition", this.placement).partition);
  }

  get region(): string {
    return (this.read.region ??= new DataAwsRegion(this.scope, "Region", this.placement).id);
  }
}
