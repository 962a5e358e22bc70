import type { Construct } from "constructs";
import { uniqueBy } from "../../core/unique-by";
import {
  granteeArns,
  SHARING_SERVICES,
  type Copier,
  type GrantIssuer,
  type KeyShares,
  type KeyUsers,
  type LaunchGrants,
  type ReplicaWriter,
  type RoleOfKey,
  type ServiceLinkedRole,
} from "../../policy";
import { propError } from "../props";
import { checkRoles, type RoleOfAnotherAccount } from "../role-of-another-account";
import type { IKey } from "./key";
import { KeyRoleGrants } from "./key-role-grants";
import { checkServiceLinkedRole } from "./service-linked-role";

/** A role of another account that copies snapshots or images under a key. */
export type CopyingRole = RoleOfAnotherAccount;

/**
 * Allows other principals to use a key, by purpose. Each grant adds statements to the key policy, with the conditions that AWS's
 * documentation requires (docs/permissions.md). Principals that IAM of the key's account allows to use the key need no grant.
 */
export class KeyGrants implements KeyUsers {
  private readonly copying: Copier[] = [];
  private readonly using: RoleOfKey[] = [];
  private readonly databaseRoles: Copier[] = [];
  private readonly writers: ReplicaWriter[] = [];
  private isLaunchedUnder = false;
  private isEbsDefault = false;
  private granted: LaunchGrants | undefined;
  private shared: KeyShares | undefined;

  /** Grants roles the use of any key through their own policies: `KeyGrants.fromKey(key).decrypt(role)`. */
  static fromKey(key: IKey): KeyRoleGrants {
    return new KeyRoleGrants(key);
  }

  /**
   * @param key for messages
   * @param changed called after each grant
   */
  constructor(
    private readonly key: Construct,
    private readonly changed: () => void,
  ) {}

  /**
   * Lets roles of other accounts copy snapshots and images that are under the key and are shared with their accounts, only through
   * EC2 of the key's Region. Each role's own policy must also allow it.
   * Source: EBS user guide, Share the KMS key used to encrypt a shared snapshot.
   * @throws KeyferryError PropInvalid when an account id or a role name is not valid
   */
  allowCopying(...roles: readonly CopyingRole[]): void {
    this.addCopiers(this.copying, roles);
  }

  /**
   * Lets roles of other accounts copy snapshots of databases that are under the key and are shared with their accounts, only through
   * RDS of the key's Region. Each role's own policy must also allow it.
   * Source: RDS user guide, Sharing encrypted snapshots.
   * @throws KeyferryError PropInvalid when an account id or a role name is not valid
   */
  allowCopyingDatabases(...roles: readonly CopyingRole[]): void {
    this.addCopiers(this.databaseRoles, roles);
  }

  private addCopiers(copiers: Copier[], roles: readonly CopyingRole[]): void {
    checkRoles(this.key, roles);
    for (const { account, roleName } of roles) {
      const isKnown = copiers.some((role) => role.account === account && role.runnerRole === roleName);
      if (!isKnown) copiers.push({ account, runnerRole: roleName });
    }
    this.changed();
  }

  /**
   * Lets Auto Scaling groups of the key's account launch instances whose volumes are under the key. Without it, every launch of
   * a group fails, because policies cannot be attached to the service-linked role.
   * Source: EC2 Auto Scaling user guide, Required KMS key policy for use with encrypted volumes.
   */
  allowLaunching(): void {
    this.isLaunchedUnder = true;
    this.changed();
  }

  /**
   * Lets all principals of the key's account use the key through EC2 of its Region, as the policy of AWS's own default key does.
   * An EBS default key needs this, so that launches in the account do not fail when the key becomes the default.
   * Source: KMS developer guide, Key policy of the AWS managed key for Amazon EBS.
   */
  allowEbsDefault(): void {
    this.isEbsDefault = true;
    this.changed();
  }

  /**
   * Lets roles of other accounts create grants on the key, each with a `ServiceLinkedRoleGrant`: only to service-linked roles of
   * their own accounts, and only for the operations of a launch. Each issuer's own policy must also allow it (`grantIssuerPolicy`
   * of `keyferry/policy`). Repeated calls add up: every issuer may then create grants for every named service-linked role.
   * Source: EC2 Auto Scaling user guide, Required KMS key policy for use with encrypted volumes, cross-account access.
   * @param grantees the roles that launch
   * @param issuers the roles that create the grants: the role with which Terraform deploys in each account
   * @throws KeyferryError PropInvalid when an account id or a role name is not valid, or no role is named
   */
  allowLaunchGrants(grantees: readonly ServiceLinkedRole[], ...issuers: readonly GrantIssuer[]): void {
    if (grantees.length === 0) throw propError(this.key, "grantees", "empty", "at least one role");
    if (issuers.length === 0) throw propError(this.key, "issuers", "empty", "at least one role");
    for (const grantee of grantees) checkServiceLinkedRole(this.key, grantee);
    checkRoles(this.key, issuers);
    this.granted = {
      ...this.granted,
      grantees: uniqueBy([...(this.granted?.grantees ?? []), ...grantees], (role) =>
        granteeArns("", "", [role]).join(),
      ),
      issuers: uniqueBy(
        [...(this.granted?.issuers ?? []), ...issuers],
        ({ account, roleName }) => `${account} ${roleName}`,
      ),
    };
    this.changed();
  }

  /**
   * Lets roles of other accounts read the key's grants after they may no longer create any: Terraform reads a grant before it
   * retires it.
   * @throws KeyferryError PropInvalid when an account id or a role name is not valid
   */
  allowReadingGrants(...issuers: readonly GrantIssuer[]): void {
    checkRoles(this.key, issuers);
    const { grantees = [], issuers: makers = [], formerIssuers = [] } = this.granted ?? {};
    this.granted = { grantees, issuers: makers, formerIssuers: [...formerIssuers, ...issuers] };
    this.changed();
  }

  /**
   * Shares the key with other accounts, roles, an organisation or its units, only through AWS services. IAM of each account must also
   * allow it. A service-linked role needs a grant instead (`allowLaunchGrants`). A repeated call replaces the previous shares.
   * Source: KMS developer guide, Allowing users in other accounts to use a KMS key.
   * @param shares by default with no principal, through Amazon EC2
   */
  share(shares: Partial<KeyShares>): void {
    const { accounts = [], roles = [], organizationalUnits = [], organization } = shares;
    const { viaServices = SHARING_SERVICES.slice(0, 1) } = shares;
    this.shared = {
      ...{ accounts, roles, organizationalUnits, viaServices },
      ...(organization === undefined ? {} : { organization }),
    };
    this.changed();
  }

  /**
   * Lets roles of other accounts use the key, each for one purpose. This is the key policy's part of `KeyGrants.fromKey(key)`, which also
   * writes the role's own policy. Source: KMS developer guide, Allowing users in other accounts to use a KMS key.
   */
  allowRoles(...roles: readonly RoleOfKey[]): void {
    for (const role of roles) {
      const isKnown = this.using.some(({ roleArn, use }) => roleArn === role.roleArn && use === role.use);
      if (!isKnown) this.using.push(role);
    }
    this.changed();
  }

  /**
   * Lets replication roles of other accounts write replicas under the key, only through S3 of its Region and into one bucket. Each
   * role's own policy and the bucket policy (`bucket.grants.allowReplicationFrom`) must also allow it.
   * Source: S3 user guide, Replicating encrypted objects.
   * @throws KeyferryError PropInvalid when an account id or a role name is not valid
   */
  allowReplicasIn(bucket: { readonly bucketArn: string }, ...roles: readonly RoleOfAnotherAccount[]): void {
    checkRoles(this.key, roles);
    const { bucketArn } = bucket;
    for (const { account, roleName } of roles) {
      const isKnown = this.writers.some(
        (one) => one.account === account && one.roleName === roleName && one.bucketArn === bucketArn,
      );
      if (!isKnown) this.writers.push({ account, roleName, bucketArn });
    }
    this.changed();
  }

  /** Whether nothing has been granted. */
  get isNobody(): boolean {
    return (
      this.copying.length === 0 &&
      this.databaseRoles.length === 0 &&
      this.using.length === 0 &&
      this.writers.length === 0 &&
      !this.isLaunchedUnder &&
      !this.isEbsDefault &&
      this.granted === undefined &&
      this.shared === undefined
    );
  }

  get shares(): KeyShares | undefined {
    return this.shared;
  }

  get launchGrants(): LaunchGrants | undefined {
    return this.granted;
  }

  get copiers(): readonly Copier[] {
    return this.copying;
  }

  /** Roles of other accounts, each with its use of the key. */
  get roles(): readonly RoleOfKey[] {
    return this.using;
  }

  /** Roles of other accounts that copy snapshots of databases from the key. */
  get databaseCopiers(): readonly Copier[] {
    return this.databaseRoles;
  }

  /** Roles of other accounts that write replicas under the key. */
  get replicaWriters(): readonly ReplicaWriter[] {
    return this.writers;
  }

  get launches(): boolean {
    return this.isLaunchedUnder;
  }

  get ebsDefault(): boolean {
    return this.isEbsDefault;
  }
}
