import { DataAwsSsmParameter } from "@cdktf/provider-aws/lib/data-aws-ssm-parameter";
import { Token, type TerraformProvider } from "cdktf";
import type { Construct } from "constructs";
import { AutoScalingGroup, EncryptedLaunchTemplate } from "../constructs/ec2";
import { CustomerManagedKey } from "../constructs/kms/customer-managed-key";
import {
  copyJobs,
  homeKeyAlias,
  launchName,
  LINEAGE_TAGS,
  readsImageAtLaunch,
  type Account,
  type Destination,
  type Rule,
  type Launch,
  type Topology,
} from "../topology";
import { AccountStack, type AccountStackProps } from "./account-stack";

/** An image that is launched in one of its destinations. */
interface LaunchedCopy {
  readonly rule: Rule;
  readonly to: Destination;
  readonly launch: Launch;
  /** Name of the image parameter. */
  readonly parameter: string;
}

/**
 * What runs on the copies of an account: launch templates and Auto Scaling groups. Refers to no other stack, so that it
 * can be deployed by itself; the foundation is found by its names.
 */
export class ConsumersStack extends AccountStack {
  constructor(scope: Construct, props: AccountStackProps) {
    super(scope, "consumers", props);
    const copies = launchedCopies(props.topology, props.locked.account);
    for (const region of new Set(copies.map((copy) => copy.to.region))) {
      // Looked up so that a missing foundation fails the plan, not the first launch.
      CustomerManagedKey.fromAlias(this, `home-key-${region}`, {
        alias: homeKeyAlias(props.topology.name),
        provider: this.provider(region),
      });
    }
    copies.forEach((copy) => this.launch(copy));
  }

  private launch({ rule, to, launch, parameter }: LaunchedCopy): void {
    const { topology } = this.props;
    const id = `${rule.name}-${to.region}`;
    const provider = this.provider(to.region);
    const name = launchName(topology.name, rule.name);
    const instanceTags = { ...rule.tags, ...launch.tags, [LINEAGE_TAGS.topology]: topology.name };
    const { minSize, maxSize, subnetIds, availabilityZones, refresh, ...options } = launch;
    const launchTemplate = new EncryptedLaunchTemplate(this, `template-${id}`, {
      ...options,
      launchTemplateName: name,
      imageId: readsImageAtLaunch(launch)
        ? `resolve:ssm:${parameter}`
        : this.shownImage(id, provider, parameter),
      instanceTags,
      provider,
    });
    const { desiredCapacity, targetGroupArns, healthCheck } = launch;
    new AutoScalingGroup(this, `group-${id}`, {
      autoScalingGroupName: name,
      launchTemplate,
      minSize,
      maxSize,
      subnetIds,
      availabilityZones,
      desiredCapacity,
      targetGroupArns,
      healthCheck,
      // Where each launch reads the parameter anew, a new image changes nothing here: `keyferry rollout` replaces instances.
      ...(refresh === undefined || readsImageAtLaunch(launch)
        ? {}
        : { instanceRefresh: { ...refresh, autoRollback: true } }),
      instanceTags,
      provider,
    });
  }

  /** The image that a parameter shows at the deployment. */
  private shownImage(id: string, provider: TerraformProvider, name: string): string {
    const parameter = new DataAwsSsmParameter(this, `image-${id}`, { name, provider });
    return Token.asString(parameter.insecureValue);
  }
}

/** The copies that are launched in an account; only a published image can be. */
export function launchedCopies(topology: Topology, account: Account): readonly LaunchedCopy[] {
  return copyJobs(topology).flatMap(({ rule, to }) =>
    to.account.id === account.id && to.launch !== undefined && rule.publishTo !== undefined
      ? [{ rule, to, launch: to.launch, parameter: rule.publishTo }]
      : [],
  );
}
