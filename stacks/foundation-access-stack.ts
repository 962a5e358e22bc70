import { Construct } from "constructs";
import { RunnerRole } from "../constructs/iam";
import type { IKey } from "../constructs/kms/key";
import { keyReferenceId, runnerTrust, type KeyReference } from "../policy";
import { imageBuckets, runnerAccess, runnerPolicy } from "../topology";
import { AccountStack, type AccountStackProps } from "./account-stack";
import { existingKey } from "./existing-key";
import type { FoundationKeysStack } from "./foundation-keys-stack";
import { lazy } from "./lazy";

export interface FoundationAccessStackProps extends AccountStackProps {
  /** The keys stacks of all accounts. */
  readonly keys: readonly FoundationKeysStack[];
}

/** The runner role of an account, with the actual ARNs of all keys that it uses. */
export class FoundationAccessStack extends AccountStack {
  private readonly sourceKeys = new Map<string, IKey>();
  private readonly sourceKeysScope: Construct;

  constructor(
    scope: Construct,
    private readonly access: FoundationAccessStackProps,
  ) {
    super(scope, "foundation-access", access);
    this.sourceKeysScope = new Construct(this, "source-keys");
    const runner = runnerAccess(access.topology, access.locked.account);
    this.addImageBuckets();
    const [iamRegion] = [
      ...runner.copiesInto,
      ...runner.launchesSharedIn,
      ...(runner.stored === undefined ? [] : runner.bookkeepsIn),
    ];
    // An account that no longer sends or receives anything has no runner role.
    if (iamRegion === undefined) return;
    new RunnerRole(this, "runner", {
      roleName: runner.roleName,
      description: `Keyferry ${access.topology.name}: copies, shares and re-encrypts images`,
      trust: runnerTrust(runner),
      policy: runnerPolicy(runner),
      keyOf: (key) => this.findKey(key),
      // IAM is global; using a Region that the account already uses saves a provider.
      provider: this.provider(iamRegion),
    });
  }

  /** Roles of other accounts are allowed by their names, so that no stack refers to another. */
  private addImageBuckets(): void {
    const { topology, locked } = this.access;
    for (const { account, region, bucket, pushers } of imageBuckets(topology)) {
      if (account.id !== locked.account.id) continue;
      new (lazy.imageBucket().ImageBucket)(this, `images-${region}`, {
        bucketName: bucket,
        partition: topology.partition,
        pushers,
        provider: this.provider(region),
      });
    }
  }

  /** A key of the foundation by reference to its stack; any other exists, and is looked up by its alias where it is not named by its ARN. */
  private findKey(reference: KeyReference): IKey {
    const id = keyReferenceId(reference);
    const known = this.sourceKeys.get(id);
    if (known !== undefined) return known;
    const key =
      this.keyOfOthers(this.access.keys, reference) ??
      existingKey(this.sourceKeysScope, `${reference.region}-${reference.alias}`, {
        alias: reference.alias,
        provider: this.provider(reference.region),
      });
    this.sourceKeys.set(id, key);
    return key;
  }
}
