import type { Construct } from "constructs";
import type { Copier, KeyUsers } from "../../policy";
import { checkText } from "../props";

/** Source: IAM API reference, CreateRole, RoleName. */
const ROLE_NAME = /^[\w+=,.@-]{1,64}$/;

/** A role of another account that copies what is under a key. */
export interface CopyingRole {
  /** 12-digit id of the role's account. */
  readonly account: string;
  /** Name of the role; its path must be `/`. It need not exist yet. */
  readonly roleName: string;
}

/**
 * Who may use a key, by what they do with it. Each grant becomes statements of the key policy, each with the conditions
 * that AWS's documents ask for (docs/permissions.md). Whoever the account's own IAM allows to use the key needs none.
 */
export class KeyGrants implements KeyUsers {
  private readonly roles: Copier[] = [];
  private isLaunchedUnder = false;
  private isEbsDefault = false;

  /**
   * @param key for messages
   * @param changed called after each grant
   */
  constructor(
    private readonly key: Construct,
    private readonly changed: () => void,
  ) {}

  /**
   * Lets roles of other accounts copy snapshots and images that are under the key and are shared with their accounts, through EC2
   * of the key's Region. Each role's own policy must allow it as well.
   * Source: EBS user guide, Share the KMS key used to encrypt a shared snapshot.
   * @throws KeyferryError PropInvalid when an account or a role cannot have such a name
   */
  allowCopying(...roles: readonly CopyingRole[]): void {
    for (const { account, roleName } of roles) {
      checkText(this.key, "account", account, /^\d{12}$/, "an account id of 12 digits");
      checkText(this.key, "roleName", roleName, ROLE_NAME, "1 to 64 letters, digits or +=,.@_-");
    }
    for (const { account, roleName } of roles) {
      const isKnown = this.roles.some((role) => role.account === account && role.runnerRole === roleName);
      if (!isKnown) this.roles.push({ account, runnerRole: roleName });
    }
    this.changed();
  }

  /**
   * Lets Auto Scaling groups of the key's account launch instances whose volumes are under the key. Without it every launch of
   * a group fails, because nobody can give the service-linked role a policy.
   * Source: EC2 Auto Scaling user guide, Required KMS key policy for use with encrypted volumes.
   */
  allowLaunching(): void {
    this.isLaunchedUnder = true;
    this.changed();
  }

  /**
   * Lets everybody in the key's account use it through EC2 of its Region, as AWS's own default key does: what an EBS default key
   * needs, so that nobody's launch fails when it becomes one.
   * Source: KMS developer guide, Key policy of the AWS managed key for Amazon EBS.
   */
  allowEbsDefault(): void {
    this.isEbsDefault = true;
    this.changed();
  }

  /** Whether nothing has been granted. */
  get isNobody(): boolean {
    return this.roles.length === 0 && !this.isLaunchedUnder && !this.isEbsDefault;
  }

  get copiers(): readonly Copier[] {
    return this.roles;
  }

  get launches(): boolean {
    return this.isLaunchedUnder;
  }

  get ebsDefault(): boolean {
    return this.isEbsDefault;
  }
}
