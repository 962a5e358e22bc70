import { parseArn } from "@keyferry/common";
import { Fn, Token } from "cdktf";
import { keyRolePolicy, type KeyUseByRole, type RoleOfKey, type Statement } from "../../policy";
import type { IGrantableRole } from "../iam/role";
import type { IKey } from "./key";

/**
 * Grants roles the use of any key: `KeyGrants.fromKey(key).decrypt(role)`. Each grant adds statements of the permission table
 * (docs/permissions.md) on the key's ARN to the role's own policy. For a role of another account, the key policy must also allow it: for a
 * key that is created here, this happens automatically; the owner of any other key adds `keyPolicyStatements`. If the key's account is
 * known only to the plan, every role that is given by its ARN is treated as a role of another account.
 */
export class KeyRoleGrants {
  private readonly outsiders: RoleOfKey[] = [];

  /** @param key a key whose policy lets IAM of its account decide, as AWS's default key policy does */
  constructor(private readonly key: IKey) {}

  /** Lets roles decrypt data under the key. Source: KMS API reference, Decrypt. */
  decrypt(...roles: readonly IGrantableRole[]): void {
    this.grant(["decrypt"], roles);
  }

  /** Lets roles encrypt data under the key, but not decrypt it. Source: KMS API reference, Encrypt, GenerateDataKey. */
  encrypt(...roles: readonly IGrantableRole[]): void {
    this.grant(["encrypt"], roles);
  }

  /** Lets roles encrypt and decrypt data under the key. */
  encryptDecrypt(...roles: readonly IGrantableRole[]): void {
    this.grant(["encrypt", "decrypt"], roles);
  }

  /**
   * Lets roles create, attach, copy and launch from volumes and snapshots under the key, only through EC2 of its Region.
   * Source: EBS user guide, Requirements for Amazon EBS encryption.
   */
  useThroughEbs(...roles: readonly IGrantableRole[]): void {
    this.grant(["ebs"], roles);
  }

  /**
   * Statements that the policy of another owner's key needs for the roles of other accounts that were granted something. The owner
   * adds them. Empty for a key that is created here.
   */
  get keyPolicyStatements(): readonly Statement[] {
    const [first] = this.outsiders;
    const partition = parseArn(first?.roleArn ?? "")?.partition ?? "aws";
    return keyRolePolicy({ partition, region: this.region, roles: this.outsiders });
  }

  private grant(uses: readonly KeyUseByRole[], roles: readonly IGrantableRole[]): void {
    const { keyArn } = this.key;
    for (const role of roles) {
      for (const use of uses) {
        role.permissions.add({
          keys: [{ keyArn, use, ...(use === "ebs" ? { region: this.region } : {}) }],
        });
        if (role.account !== undefined && role.account !== this.account) {
          this.letIn({ account: role.account, roleArn: role.roleArn, use });
        }
      }
    }
  }

  private letIn(role: RoleOfKey): void {
    if (this.key.grants === undefined) this.outsiders.push(role);
    else this.key.grants.allowRoles(role);
  }

  private get region(): string {
    return this.key.environment?.region ?? partOf(this.key.keyArn, 3);
  }

  private get account(): string {
    return this.key.environment?.account ?? partOf(this.key.keyArn, 4);
  }
}

/** A part of an ARN, counted from 0; a Terraform expression if the ARN is not known yet. */
function partOf(arn: string, index: number): string {
  return Token.isUnresolved(arn)
    ? Token.asString(Fn.element(Fn.split(":", arn), index))
    : (arn.split(":")[index] ?? "");
}
