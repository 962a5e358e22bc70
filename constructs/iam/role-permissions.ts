import { IamRolePolicy } from "@cdktf/provider-aws/lib/iam-role-policy";
import type { TerraformProvider } from "cdktf";
import type { Construct } from "constructs";
import { rolePolicy, type RoleAccess } from "../../policy";
import { MAX_INLINE_SIZE, policySize } from "../../policy/pages";
import { propError } from "../props";
import { documentText } from "../s3/bucket-policy-text";

/** The role whose policy it is. */
export interface GrantedRole {
  /** Or a token that becomes it. */
  readonly roleName: string;
  /** Of the inline policy. */
  readonly policyName: string;
  /** Characters that other inline policies of the role take, where they are known. @default 0 */
  readonly takenSize?: number;
  /** Provider of the role's account. @default - the stack's own provider */
  readonly provider?: TerraformProvider | undefined;
}

/** What a role is granted on keys and buckets: one inline policy beside those that it has, made with the first grant. */
export class RolePermissions {
  private readonly keys: RoleAccess["keys"][number][] = [];
  private readonly buckets: RoleAccess["buckets"][number][] = [];
  private policy: IamRolePolicy | undefined;

  /** @param scope the role's construct */
  constructor(
    private readonly scope: Construct,
    private readonly role: GrantedRole,
  ) {}

  /**
   * Adds what the permission table has for uses of keys and buckets. Grants call it: `KeyGrants.fromKey`, `BucketGrants.fromBucket`.
   * @throws KeyferryError PropInvalid when the role's inline policies become longer than IAM takes
   */
  add({ keys = [], buckets = [] }: Partial<RoleAccess>): void {
    this.keys.push(...keys);
    this.buckets.push(...buckets);
    const statements = rolePolicy({ keys: this.keys, buckets: this.buckets });
    const size = policySize(statements) + (this.role.takenSize ?? 0);
    if (size > MAX_INLINE_SIZE) {
      throw propError(
        this.scope,
        "grants",
        `so many that the inline policies are ${size} characters long`,
        `at most ${MAX_INLINE_SIZE} characters`,
        "grant to several roles, or fewer keys and buckets to this one",
      );
    }
    const policy = documentText(this.scope, statements);
    if (this.policy !== undefined) this.policy.policy = policy;
    else this.policy = this.make(policy);
  }

  private make(policy: string): IamRolePolicy {
    const { roleName, policyName, provider } = this.role;
    return new IamRolePolicy(this.scope, "Grants", {
      ...{ name: policyName, role: roleName, policy },
      ...(provider === undefined ? {} : { provider }),
    });
  }
}
