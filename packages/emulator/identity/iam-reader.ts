import { parseArn } from "@keyferry/common";
import { AwsError, type JsonObject, type Moto } from "../contract";
import type { NamedDocument } from "@keyferry/evaluator";

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
  readonly tags: Readonly<Record<string, string>>;
}

/** A user as authorisation needs it: its own policies and those of its groups. */
export interface UserView {
  readonly arn: string;
  /** Unique id, `AIDA...`. */
  readonly id: string;
  readonly identity: readonly NamedDocument[];
  readonly boundary?: NamedDocument;
  readonly tags: Readonly<Record<string, string>>;
}

type Holder = "Role" | "User" | "Group";

/** The roles and users that a write to IAM concerns. */
export interface Named {
  readonly kind: "role" | "user";
  readonly name: string;
}

/** The Region of a partition's IAM endpoint. */
const IAM_REGION: Readonly<Record<string, string>> = {
  "aws-cn": "cn-north-1",
  "aws-us-gov": "us-gov-west-1",
};

/**
 * Reads roles, users and policies of one partition from moto's IAM, which takes several calls. Anything that is deleted
 * between two of them no longer exists and grants nothing; the call for which the documents are read does not fail.
 */
export class IamReader {
  constructor(
    private readonly moto: Moto,
    private readonly partition: string,
  ) {}

  query(account: string, operation: string, input: Record<string, string>): Promise<JsonObject> {
    return this.moto.query("iam", account, IAM_REGION[this.partition] ?? "us-east-1", operation, input);
  }

  /** A role with all its documents; undefined when it does not exist. */
  async role(account: string, name: string): Promise<RoleView | undefined> {
    const answer = await this.orMissing(this.query(account, "GetRole", { RoleName: name }));
    if (answer === undefined) return undefined;
    const role = answer["Role"] as JsonObject;
    return {
      arn: String(role["Arn"]),
      name,
      id: String(role["RoleId"]),
      trust: parseDocument(role["AssumeRolePolicyDocument"]),
      maxSessionSeconds: Number(role["MaxSessionDuration"] ?? 3600),
      identity: await this.policiesOf("Role", account, name),
      boundary: await this.boundaryOf(account, role),
      tags: tagsOf(role),
    };
  }

  /** A user with all its documents, including those of its groups; undefined when it does not exist. */
  async user(account: string, name: string): Promise<UserView | undefined> {
    const answer = await this.orMissing(this.query(account, "GetUser", { UserName: name }));
    if (answer === undefined) return undefined;
    const user = answer["User"] as JsonObject;
    const groups = list(
      (await this.orMissing(this.query(account, "ListGroupsForUser", { UserName: name })))?.["Groups"],
    );
    const identity = [...(await this.policiesOf("User", account, name))];
    for (const group of groups)
      identity.push(...(await this.policiesOf("Group", account, String(group["GroupName"]))));
    return {
      arn: String(user["Arn"]),
      id: userIdOf(String(user["UserId"])),
      identity,
      tags: tagsOf(user),
    };
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

  /** Roles and users that a call affects: named directly, as members of a group, or because a policy is attached to them. */
  async concerned(account: string, about: JsonObject): Promise<readonly Named[]> {
    const { RoleName, UserName, GroupName, PolicyArn } = about;
    const found: Named[] = [];
    if (typeof RoleName === "string") found.push({ kind: "role", name: RoleName });
    if (typeof UserName === "string") found.push({ kind: "user", name: UserName });
    else if (typeof GroupName === "string")
      found.push(
        ...named("user", await this.orMissing(this.query(account, "GetGroup", { GroupName })), "Users"),
      );
    if (found.length > 0 || typeof PolicyArn !== "string") return found;
    const holders = await this.orMissing(this.query(account, "ListEntitiesForPolicy", { PolicyArn }));
    const groups: (JsonObject | undefined)[] = [];
    for (const { GroupName } of list(holders?.["PolicyGroups"]))
      groups.push(await this.orMissing(this.query(account, "GetGroup", { GroupName: String(GroupName) })));
    return [
      ...named("role", holders, "PolicyRoles"),
      ...named("user", holders, "PolicyUsers"),
      ...groups.flatMap((group) => named("user", group, "Users")),
    ];
  }

  private async boundaryOf(account: string, entity: JsonObject): Promise<NamedDocument | undefined> {
    const arn = (entity["PermissionsBoundary"] as JsonObject | undefined)?.["PermissionsBoundaryArn"];
    return typeof arn === "string" ? this.managedPolicy(account, arn) : undefined;
  }

  /** Inline and attached policies. */
  private async policiesOf(holder: Holder, account: string, name: string): Promise<readonly NamedDocument[]> {
    const named = { [`${holder}Name`]: name };
    const documents: NamedDocument[] = [];
    const inline = await this.orMissing(this.query(account, `List${holder}Policies`, named));
    for (const policy of list(inline?.["PolicyNames"]).map(String)) {
      const about = { ...named, PolicyName: policy };
      const answer = await this.orMissing(this.query(account, `Get${holder}Policy`, about));
      if (answer === undefined) continue;
      documents.push({
        name: `inline policy ${policy} of ${holder.toLowerCase()} ${name}`,
        document: parseDocument(answer["PolicyDocument"]),
      });
    }
    const attached = await this.orMissing(this.query(account, `ListAttached${holder}Policies`, named));
    for (const policy of list(attached?.["AttachedPolicies"])) {
      const document = await this.orMissing(this.managedPolicy(account, String(policy["PolicyArn"])));
      if (document !== undefined) documents.push(document);
    }
    return documents;
  }

  private async orMissing<T>(answer: Promise<T>): Promise<T | undefined> {
    try {
      return await answer;
    } catch (error) {
      if (error instanceof AwsError && error.code === "NoSuchEntity") return undefined;
      throw error;
    }
  }
}

function named(kind: Named["kind"], answer: JsonObject | undefined, member: string): readonly Named[] {
  const parameter = kind === "role" ? "RoleName" : "UserName";
  return list(answer?.[member]).map((entry) => ({ kind, name: String(entry[parameter]) }));
}

function list(value: unknown): readonly JsonObject[] {
  return Array.isArray(value) ? (value as readonly JsonObject[]) : [];
}

function tagsOf(entity: JsonObject): Readonly<Record<string, string>> {
  return Object.fromEntries(
    list(entity["Tags"]).map((tag) => [String(tag["Key"]), String(tag["Value"] ?? "")]),
  );
}

/** A user's unique id in AWS's form; moto leaves out the prefix. */
export function userIdOf(id: string): string {
  return id.startsWith("AIDA") ? id : `AIDA${id.slice(0, 17).toUpperCase()}`;
}

/** IAM returns percent-encoded JSON, moto sometimes plain JSON. A document that cannot be read applies to no one. */
function parseDocument(value: unknown): unknown {
  for (const read of [decodeURIComponent, String]) {
    try {
      return JSON.parse(read(String(value)));
    } catch {
      // The other encoding is tried.
    }
  }
  return undefined;
}
