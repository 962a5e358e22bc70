import type { Construct } from "constructs";
import type { Replicator } from "../../policy";
import type { IBucket } from "./bucket";
import { BucketRoleGrants } from "./bucket-role-grants";
import { checkRoles, type RoleOfAnotherAccount } from "../role-of-another-account";

/** What a replication role of another account may do in addition to writing replicas with their tags. */
export interface ReplicationGrant {
  /** Whether it also writes delete markers. @default false */
  readonly deleteMarkers?: boolean;
  /** Whether replicas have the retention and the legal hold of their source objects (S3 Object Lock). @default false */
  readonly objectLock?: boolean;
}

/**
 * Allows other principals to use a bucket, by purpose. Each grant adds statements to the bucket policy (docs/permissions.md).
 * Principals that IAM of the bucket's account allows to use the bucket need no grant.
 */
export class BucketGrants {
  private readonly roles = new Map<string, Replicator>();

  /** Grants roles the use of any bucket through their own policies: `BucketGrants.fromBucket(bucket).read(role)`. */
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
   * Lets the replication role of another account write replicas into the bucket. The replicas belong to the bucket's owner. The
   * role's own policy and the key policy (`key.grants.allowReplicasIn`) must also allow it.
   * Source: S3 user guide, Setting up permissions for live replication.
   * @throws KeyferryError PropInvalid when an account id or a role name is not valid
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

  /** The replication roles of other accounts that may write. */
  get replicators(): readonly Replicator[] {
    return [...this.roles.values()];
  }
}
