import type { Construct } from "constructs";
import type { Replicator } from "../../policy";
import type { IBucket } from "./bucket";
import { BucketRoleGrants } from "./bucket-role-grants";
import { checkRoles, type RoleOfAnotherAccount } from "../role-of-another-account";

/** What a replication role of another account may do besides writing replicas with their tags. */
export interface ReplicationGrant {
  /** Whether it writes delete markers as well. @default false */
  readonly deleteMarkers?: boolean;
  /** Whether replicas bring the retention and the legal hold of their sources (S3 Object Lock). @default false */
  readonly objectLock?: boolean;
}

/**
 * Whom the policy of a bucket lets in, by what they do with it. Each grant becomes statements of the bucket policy
 * (docs/permissions.md). Whoever the account's own IAM allows to use the bucket needs none.
 */
export class BucketGrants {
  private readonly roles = new Map<string, Replicator>();

  /** What roles do with a bucket, whoever made it, by their own policies: `BucketGrants.fromBucket(bucket).read(role)`. */
  static fromBucket(bucket: IBucket): BucketRoleGrants {
    return new BucketRoleGrants(bucket);
  }

  /**
   * @param bucket for messages
   * @param changed called after each grant
   */
  constructor(
    private readonly bucket: Construct,
    private readonly changed: () => void,
  ) {}

  /**
   * Lets the replication role of another account write replicas into the bucket, which then belong to the bucket's owner. The
   * role's own policy must allow it as well, and so must that of the key (`key.grants.allowReplicasIn`).
   * Source: S3 user guide, Setting up permissions for live replication.
   * @throws KeyferryError PropInvalid when an account or a role cannot have such a name
   */
  allowReplicationFrom(
    role: RoleOfAnotherAccount,
    { deleteMarkers = false, objectLock = false }: ReplicationGrant = {},
  ): void {
    checkRoles(this.bucket, [role]);
    const { account, roleName } = role;
    const id = `${account}/${roleName}`;
    const before = this.roles.get(id);
    this.roles.set(id, {
      account,
      roleName,
      deleteMarkers: before?.deleteMarkers === true || deleteMarkers,
      ...(before?.objectLock === true || objectLock ? { objectLock: true } : {}),
    });
    this.changed();
  }

  /** Replication roles of other accounts. */
  get replicators(): readonly Replicator[] {
    return [...this.roles.values()];
  }
}
