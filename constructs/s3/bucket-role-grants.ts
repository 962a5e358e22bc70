import { Token } from "cdktf";
import { Construct } from "constructs";
import { KeyferryError } from "../../core/errors";
import type { BucketUseByRole } from "../../policy";
import type { IGrantableRole } from "../iam/role";
import type { IBucket } from "./bucket";

/**
 * Grants roles the use of the objects of any bucket: `BucketGrants.fromBucket(bucket).read(role)`. Each grant adds statements of the
 * permission table (docs/permissions.md) on the bucket and on its key, only through S3 and only for the bucket's objects, to the role's
 * own policy. The role must belong to the bucket's account: a role of another account would also need statements in the bucket policy.
 */
export class BucketRoleGrants {
  constructor(private readonly bucket: IBucket) {}

  /** Lets roles list and read objects. Source: S3 API reference, GetObject, ListObjectsV2. */
  read(...roles: readonly IGrantableRole[]): void {
    this.grant(["read"], roles);
  }

  /** Lets roles write objects, large ones in parts. Source: S3 user guide, Multipart upload API and permissions. */
  put(...roles: readonly IGrantableRole[]): void {
    this.grant(["put"], roles);
  }

  /** Lets roles read and write objects. */
  readWrite(...roles: readonly IGrantableRole[]): void {
    this.grant(["read", "put"], roles);
  }

  /** Lets roles delete objects; in a versioned bucket, their versions are kept. Source: S3 API reference, DeleteObject. */
  delete(...roles: readonly IGrantableRole[]): void {
    this.grant(["delete"], roles);
  }

  /** @throws KeyferryError PropInvalid for a role that is known to belong to another account */
  private grant(uses: readonly BucketUseByRole[], roles: readonly IGrantableRole[]): void {
    const { bucketArn, environment, encryptionKey } = this.bucket;
    for (const role of roles) {
      this.check(role);
      const { region } = environment;
      const { keyArn } = encryptionKey;
      role.permissions.add({ buckets: uses.map((use) => ({ bucketArn, region, keyArn, use })) });
    }
  }

  private check({ account, roleArn }: IGrantableRole): void {
    if (account === undefined) return;
    const { account: owner } = this.bucket.environment;
    if (Token.isUnresolved(owner) || owner === account) return;
    const name = this.bucket instanceof Construct ? this.bucket.node.path : this.bucket.bucketName;
    throw new KeyferryError(
      `${name}: ${roleArn} belongs to another account than the bucket, which is in ${owner}`,
      {
        code: "PropInvalid",
        source: "user",
        fix: "grant it to a role of the bucket's account, which the other role assumes",
      },
    );
  }
}
