import { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import { TerraformOutput, TerraformStack } from "cdktf";
import type { Construct } from "constructs";
// In your own project: from "keyferry/constructs", with `moduleResolution` set to node16, nodenext or bundler.
import { BucketGrants, CustomerManagedKey, ExistingBucket, ExistingRole, KeyGrants } from "../constructs";

const ACCOUNT = "222222222222";
const REGION = "eu-central-1";
const DOCUMENTS = "acme-documents";

/** Resources of other teams and accounts that the stack uses. */
export interface Granted {
  /** A role of another account. */
  readonly partnerRoleArn: string;
  /** A key of another account. */
  readonly partnerKeyArn: string;
}

/** Allows existing roles to use existing keys and buckets, found by alias, name and ARN, with least privilege. */
export class GrantedRolesStack extends TerraformStack {
  constructor(scope: Construct, id: string, { partnerRoleArn, partnerKeyArn }: Granted) {
    super(scope, id);
    new AwsProvider(this, "aws", { region: REGION, allowedAccountIds: [ACCOUNT] });
    const app = ExistingRole.fromRoleName(this, "app", { roleName: "app" });

    // Secrets under a key of the account: the app reads them, and EBS encrypts the volumes that the app creates.
    const secrets = CustomerManagedKey.fromAlias(this, "secrets", { alias: "alias/secrets" });
    KeyGrants.fromKey(secrets).decrypt(app);
    KeyGrants.fromKey(secrets).useThroughEbs(app);

    // Objects of a bucket, and its key only through S3 and only for these objects.
    const documents = new ExistingBucket(this, "documents", {
      bucketArn: `arn:aws:s3:::${DOCUMENTS}`,
      encryptionKey: secrets,
    });
    BucketGrants.fromBucket(documents).readWrite(app);

    // A key of the stack and a role of another account: the key policy allows the role, and the role's own account grants the other permission.
    const shared = new CustomerManagedKey(this, "shared", {
      alias: "alias/shared",
      description: "read by a partner",
      environment: { partition: "aws", account: ACCOUNT, region: REGION },
    });
    const partnerProvider = new AwsProvider(this, "partner", {
      alias: "partner",
      region: REGION,
      assumeRole: [{ roleArn: partnerRoleArn.replace(/role\/.*/, "role/deploy") }],
    });
    const partner = ExistingRole.fromRoleArn(this, "reader", partnerRoleArn, { provider: partnerProvider });
    KeyGrants.fromKey(shared).decrypt(partner);

    // A key of another account and a role of this account: the output contains the statements that the key's owner must add to its policy.
    const theirs = KeyGrants.fromKey(CustomerManagedKey.fromKeyArn(this, partnerKeyArn));
    theirs.decrypt(ExistingRole.fromRoleArn(this, "batch", `arn:aws:iam::${ACCOUNT}:role/batch`));
    new TerraformOutput(this, "for-the-owner-of-the-key", { value: theirs.keyPolicyStatements });
  }
}
