import { DataAwsSsmParameter } from "@cdktf/provider-aws/lib/data-aws-ssm-parameter";
import { Token, type TerraformProvider } from "cdktf";
import type { Construct } from "constructs";
import {
  AutoScalingGroup,
  EncryptedLaunchTemplate,
  type EncryptedLaunchTemplateProps,
} from "../constructs/ec2";
import {
  arrivals,
  homeKey,
  sharedImagesKey,
  isShared,
  launchName,
  LINEAGE_TAGS,
  readsImageAtLaunch,
  type Account,
  type Destination,
  type Rule,
  type Launch,
  type Topology,
} from "../topology";
import type { IKey } from "../constructs/kms/key";
import { must } from "../core/must";
import { AccountStack, type AccountStackProps } from "./account-stack";
import { existingKey } from "./existing-key";
import type { FoundationKeysStack } from "./foundation-keys-stack";

/** An image that is launched in one of its destinations. */
interface LaunchedCopy {
  readonly rule: Rule;
  readonly to: Destination;
  readonly launch: Launch;
  /** Name of the image parameter. */
  readonly parameter: string;
}

export interface ConsumersStackProps extends AccountStackProps {
  /** The keys stacks of all accounts: read only where volumes are to be under the key of another one. */
  readonly keys: readonly FoundationKeysStack[];
}

/**
 * The launch templates and Auto Scaling groups of an account's images. Refers to no other stack, so that it
 * can be deployed separately; it finds the foundation by its names. If the topology requires volumes under the key of the
 * account that shares an image, its ARN cannot be looked up in this account: the stack then refers to that account's keys.
 */
export class ConsumersStack extends AccountStack {
  /** By Region. */
  private readonly homeKeys = new Map<string, IKey>();

  constructor(
    scope: Construct,
    private readonly consumers: ConsumersStackProps,
  ) {
    super(scope, "consumers", consumers);
    const copies = launchedCopies(consumers.topology, consumers.locked.account);
    const underOwn = copies.filter(({ to }) => to.volumesUnder !== "source-key");
    for (const region of new Set(underOwn.map((copy) => copy.to.region))) {
      // Looked up so that a missing foundation fails the plan, not the first launch.
      const key = existingKey(this, `home-key-${region}`, {
        alias: homeKey(consumers.topology, { account: consumers.locked.account, region }).alias,
        provider: this.provider(region),
      });
      this.homeKeys.set(region, key);
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
      ...this.encryptedDevices(rule, to),
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
      // If each launch reads the parameter, a new image changes nothing here: `keyferry rollout` replaces instances.
      ...(refresh === undefined || readsImageAtLaunch(launch)
        ? {}
        : { instanceRefresh: { ...refresh, autoRollback: true } }),
      instanceTags,
      provider,
    });
  }

  /** Volumes of a copy are under its key; for a shared image, the launch template sets the key of each device. */
  private encryptedDevices(
    rule: Rule,
    to: Destination,
  ): Pick<EncryptedLaunchTemplateProps, "encryptedDevices"> {
    const deviceNames = Object.keys(to.launch?.volumes ?? {});
    if (!isShared(to) || deviceNames.length === 0) return {};
    const { topology, keys } = this.consumers;
    const reference = sharedImagesKey(topology, { account: rule.from.account, region: to.region });
    const key =
      to.volumesUnder === "source-key" ? this.keyOfOthers(keys, reference) : this.homeKeys.get(to.region);
    return { encryptedDevices: { key: must(key, `the key of ${rule.name} in ${to.region}`), deviceNames } };
  }

  /** The image id of a parameter at the time of the deployment. */
  private shownImage(id: string, provider: TerraformProvider, name: string): string {
    const parameter = new DataAwsSsmParameter(this, `image-${id}`, { name, provider });
    return Token.asString(parameter.insecureValue);
  }
}

/** The copies that are launched in an account; only a published image can be. */
export function launchedCopies(topology: Topology, account: Account): readonly LaunchedCopy[] {
  return arrivals(topology).flatMap(({ rule, to }) =>
    to.account.id === account.id && to.launch !== undefined && rule.publishTo !== undefined
      ? [{ rule, to, launch: to.launch, parameter: rule.publishTo }]
      : [],
  );
}
