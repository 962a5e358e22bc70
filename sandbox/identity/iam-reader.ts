import { parseArn } from "../../core/arn";
import { AwsError, type JsonObject, type Moto } from "../contract";
import type { NamedDocument } from "../../policy/evaluate/types";

/** A role as authorisation needs it. */
export interface RoleView {
  readonly arn: string;
  readonly name: string;
  /** Unique id, `AROA...`. */
  readonly id: string;
  readonly trust: unknown;
  /** Longest session in seconds. */
  readonly maxSessionSeconds: number;
  readonly identity: readonly NamedDocument[];
  readonly boundary?: NamedDocument;
}

/** The Region in which a partition's IAM is reached. */
const IAM_REGION: Readonly<Record<string, string>> = {
  "aws-cn": "cn-north-1",
  "aws-us-gov": "us-gov-west-1",
};

/** Reads roles, users and policies of one partition from moto's IAM. */
export class IamReader {
  constructor(
    private readonly moto: Moto,
    private readonly partition: string,
  ) {}

  query(account: string, operation: string, input: Record<string, string>): Promise<JsonObject> {
    return this.moto.query("iam", account, IAM_REGION[this.partition] ?? "us-east-1", operation, input);
  }

  /** A role with all its documents; undefined when there is none. */
  async role(account: string, name: string): Promise<RoleView | undefined> {
    const answer = await this.orMissing(this.query(account, "GetRole", { RoleName: name }));
    if (answer === undefined) return undefined;
    const role = answer["Role"] as JsonObject;
    const boundaryArn = (role["PermissionsBoundary"] as JsonObject | undefined)?.["PermissionsBoundaryArn"];
    return {
      arn: String(role["Arn"]),
      name,
      id: String(role["RoleId"]),
      trust: parseDocument(role["AssumeRolePolicyDocument"]),
      maxSessionSeconds: Number(role["MaxSessionDuration"] ?? 3600),
      identity: [
        ...(await this.inlinePolicies(account, name)),
        ...(await this.attachedPolicies(account, name)),
      ],
      boundary: typeof boundaryArn === "string" ? await this.managedPolicy(account, boundaryArn) : undefined,
    };
  }

  async userExists(account: string, name: string): Promise<boolean> {
    return (await this.orMissing(this.query(account, "GetUser", { UserName: name }))) !== undefined;
  }

  /** Names of the roles under a path. */
  async rolesUnder(account: string, path: string): Promise<readonly string[]> {
    const answer = await this.query(account, "ListRoles", { PathPrefix: path });
    return list(answer["Roles"]).map((role) => String(role["RoleName"]));
  }

  /** The default version of a managed policy. */
  async managedPolicy(account: string, arn: string): Promise<NamedDocument> {
    const policy = (await this.query(account, "GetPolicy", { PolicyArn: arn }))["Policy"] as JsonObject;
    const version = await this.query(account, "GetPolicyVersion", {
      PolicyArn: arn,
      VersionId: String(policy["DefaultVersionId"]),
    });
    const document = parseDocument((version["PolicyVersion"] as JsonObject)["Document"]);
    return { name: `managed policy ${parseArn(arn)?.resource.replace(/^policy\//, "") ?? arn}`, document };
  }

  private async inlinePolicies(account: string, role: string): Promise<readonly NamedDocument[]> {
    const names = list((await this.query(account, "ListRolePolicies", { RoleName: role }))["PolicyNames"]);
    const documents: NamedDocument[] = [];
    for (const name of names.map(String)) {
      const answer = await this.query(account, "GetRolePolicy", { RoleName: role, PolicyName: name });
      documents.push({
        name: `inline policy ${name} of role ${role}`,
        document: parseDocument(answer["PolicyDocument"]),
      });
    }
    return documents;
  }

  private async attachedPolicies(account: string, role: string): Promise<readonly NamedDocument[]> {
    const answer = await this.query(account, "ListAttachedRolePolicies", { RoleName: role });
    const documents: NamedDocument[] = [];
    for (const policy of list(answer["AttachedPolicies"])) {
      documents.push(await this.managedPolicy(account, String(policy["PolicyArn"])));
    }
    return documents;
  }

  private async orMissing(answer: Promise<JsonObject>): Promise<JsonObject | undefined> {
    try {
      return await answer;
    } catch (error) {
      if (error instanceof AwsError && error.code === "NoSuchEntity") return undefined;
      throw error;
    }
  }
}

function list(value: unknown): readonly JsonObject[] {
  return Array.isArray(value) ? (value as readonly JsonObject[]) : [];
}

/** IAM answers with percent-encoded JSON. What cannot be read speaks for nobody. */
function parseDocument(value: unknown): unknown {
  try {
    return JSON.parse(decodeURIComponent(String(value)));
  } catch {
    return undefined;
  }
}
