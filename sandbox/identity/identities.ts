import { iamArn, parseArn } from "../../core/arn";
import { sha256 } from "../../core/hash";
import { partitionOf } from "../../core/regions";
import type { NamedDocument } from "../../policy/evaluate/types";
import { AwsError, type Caller, type IdentityStore, type Moto } from "../contract";
import type { Credential } from "../wire/credential";
import { AccessKeys, type AccessKeyOwner } from "./access-keys";
import { IamReader, type RoleView, type UserView } from "./iam-reader";
import { principalsOf, type PrincipalIds } from "./principal-ids";
import { Sessions } from "./sessions";

const ADMINISTRATOR_POLICY: NamedDocument = {
  name: "identity policy of the administrator",
  document: {
    Version: "2012-10-17",
    Statement: [{ Sid: "All", Effect: "Allow", Action: ["*"], Resource: ["*"] }],
  },
};

/** The policy that AWS attaches to a service-linked role; nobody else may attach one. */
const SERVICE_LINKED_POLICIES: Readonly<Record<string, string>> = {
  "autoscaling.amazonaws.com": "AutoScalingServiceRolePolicy",
};

const ACCOUNT_ID = /^\d{12}$/;

/** True for the access key id of an account's administrator, which is the account's id. */
export function isAdministrator(credential: Credential): boolean {
  return ACCOUNT_ID.test(credential.accessKeyId);
}

/** Who calls, and which documents speak for them; read from IAM once and kept until a write to IAM passes. */
export class Identities implements IdentityStore {
  readonly sessions = new Sessions();
  readonly accessKeys = new AccessKeys();
  /** By `partition/account/role`: whom the trust policy meant when it was written. */
  readonly trust = { ids: new Map<string, PrincipalIds>() };
  private readonly roles = new Map<string, Promise<RoleView | undefined>>();
  private readonly users = new Map<string, Promise<UserView | undefined>>();
  private readonly serviceLinked = new Map<string, Promise<Caller | undefined>>();

  constructor(private readonly moto: Moto) {}

  /** @throws AwsError for unknown, wrong or expired credentials */
  async authenticate(credential: Credential): Promise<Caller> {
    if (isAdministrator(credential))
      return administrator(credential.accessKeyId, partitionOf(credential.region));
    const key = this.accessKeys.active(credential.accessKeyId);
    if (key !== undefined) return this.userCaller(key);
    const session = this.sessions.resolve(credential);
    const role = await this.role(session.account, session.roleName, session.partition);
    // A session of a role that is gone, or was made anew, keeps its name and loses its permissions.
    const current = role?.id === session.roleId ? role : undefined;
    return {
      kind: "assumed-role",
      account: session.account,
      arn: `arn:${session.partition}:sts::${session.account}:assumed-role/${session.roleName}/${session.sessionName}`,
      roleArn: session.roleArn,
      userId: `${session.roleId}:${session.sessionName}`,
      identity: current?.identity ?? [],
      boundary: current?.boundary,
      session: session.policies.length === 0 ? undefined : session.policies,
      tags: { ...current?.tags, ...session.tags },
      transitiveTags: session.transitiveTags,
      sourceIdentity: session.sourceIdentity,
    };
  }

  private async userCaller({ account, partition, userName }: AccessKeyOwner): Promise<Caller> {
    const user = await this.user(account, userName, partition);
    if (user === undefined)
      throw new AwsError(
        "InvalidClientTokenId",
        "The security token included in the request is invalid.",
        403,
      );
    const { arn, id, identity, boundary, tags } = user;
    return { kind: "user", account, arn, userId: id, identity, boundary, tags };
  }

  role(account: string, name: string, partition: string): Promise<RoleView | undefined> {
    return remember(this.roles, `${partition}/${account}/${name}`, () =>
      this.reader(partition).role(account, name),
    );
  }

  user(account: string, name: string, partition: string): Promise<UserView | undefined> {
    return remember(this.users, `${partition}/${account}/${name}`, () =>
      this.reader(partition).user(account, name),
    );
  }

  /**
   * The unique id that a principal's ARN stands for now; undefined for accounts, services, everybody, and for whoever
   * does not exist.
   */
  async uniqueIdOf(principal: string): Promise<string | undefined> {
    const arn = parseArn(principal);
    if (arn === undefined || !ACCOUNT_ID.test(arn.account)) return undefined;
    const [kind, ...path] = arn.resource.split("/");
    const name = path.at(-1) ?? "";
    if (arn.service === "sts" && kind === "assumed-role") {
      const role = await this.role(arn.account, path[0] ?? "", arn.partition);
      return role === undefined ? undefined : `${role.id}:${name}`;
    }
    if (arn.service !== "iam") return undefined;
    if (kind === "role") return (await this.role(arn.account, name, arn.partition))?.id;
    if (kind !== "user") return undefined;
    const known = administrator(arn.account, arn.partition);
    return principal === known.arn ? known.userId : (await this.user(arn.account, name, arn.partition))?.id;
  }

  /** Whom the names mean now. */
  async idsOf(principals: readonly string[]): Promise<PrincipalIds> {
    const ids: Record<string, string> = {};
    for (const principal of principals) {
      const id = await this.uniqueIdOf(principal);
      if (id !== undefined) ids[principal] = id;
    }
    return ids;
  }

  /** Whom a policy's principals mean now. */
  idsIn(document: unknown): Promise<PrincipalIds> {
    return this.idsOf(principalsOf(document));
  }

  /** Those of the names whose principal has been deleted since, made anew or not. */
  async gone(ids: PrincipalIds): Promise<PrincipalIds> {
    const now = await this.idsOf(Object.keys(ids));
    return Object.fromEntries(Object.entries(ids).filter(([name, id]) => now[name] !== id));
  }

  /** Whether the principal of a policy or grant exists. An account always does: nobody can enumerate accounts. */
  async principalExists(principal: string): Promise<boolean> {
    if (ACCOUNT_ID.test(principal)) return true;
    const arn = parseArn(principal);
    if (arn === undefined || !ACCOUNT_ID.test(arn.account) || arn.region !== "") return false;
    const name = arn.resource.split("/").pop() ?? "";
    if (arn.service === "iam" && arn.resource === "root") return true;
    if (arn.service === "iam" && arn.resource.startsWith("role/")) {
      return (await this.role(arn.account, name, arn.partition))?.arn === principal;
    }
    if (arn.service === "iam" && arn.resource.startsWith("user/")) {
      return (
        principal === administrator(arn.account, arn.partition).arn ||
        (await this.user(arn.account, name, arn.partition))?.arn === principal
      );
    }
    if (arn.service === "sts" && arn.resource.startsWith("assumed-role/")) {
      const [, role = "", session] = arn.resource.split("/");
      return session !== undefined && (await this.role(arn.account, role, arn.partition)) !== undefined;
    }
    return false;
  }

  serviceLinkedRole(account: string, awsService: string, partition = "aws"): Promise<Caller | undefined> {
    return remember(this.serviceLinked, `${partition}/${account}/${awsService}`, () =>
      this.readServiceLinkedRole(account, awsService, partition),
    );
  }

  async createServiceLinkedRole(account: string, awsService: string, partition = "aws"): Promise<void> {
    await this.reader(partition).query(account, "CreateServiceLinkedRole", { AWSServiceName: awsService });
    this.forget();
  }

  /** To be called after every write to IAM. */
  forget(): void {
    this.roles.clear();
    this.users.clear();
    this.serviceLinked.clear();
  }

  /** Reads IAM of one partition directly. */
  reader(partition: string): IamReader {
    return new IamReader(this.moto, partition);
  }

  private async readServiceLinkedRole(
    account: string,
    awsService: string,
    partition: string,
  ): Promise<Caller | undefined> {
    const [name] = await this.reader(partition).rolesUnder(account, `/aws-service-role/${awsService}/`);
    const role = name === undefined ? undefined : await this.role(account, name, partition);
    if (role === undefined) return undefined;
    const policy = SERVICE_LINKED_POLICIES[awsService];
    const attached =
      policy === undefined
        ? []
        : [
            await this.reader(partition).managedPolicy(
              account,
              iamArn(partition, "aws", `policy/aws-service-role/${policy}`),
            ),
          ];
    const sessionName = awsService.split(".")[0] ?? awsService;
    return {
      kind: "assumed-role",
      account,
      arn: `arn:${partition}:sts::${account}:assumed-role/${role.name}/${sessionName}`,
      roleArn: role.arn,
      userId: `${role.id}:${sessionName}`,
      identity: [...role.identity, ...attached],
    };
  }
}

function administrator(account: string, partition: string): Caller {
  return {
    kind: "user",
    account,
    arn: iamArn(partition, account, "user/administrator"),
    userId: `AIDA${sha256(account).slice(0, 17).toUpperCase()}`,
    identity: [ADMINISTRATOR_POLICY],
  };
}

/** Keeps the answer, but not a failure and not "there is none": creation by others must be seen. */
async function remember<T>(
  cache: Map<string, Promise<T | undefined>>,
  key: string,
  read: () => Promise<T | undefined>,
): Promise<T | undefined> {
  const known = cache.get(key);
  if (known !== undefined) return known;
  const reading = read();
  cache.set(key, reading);
  try {
    const value = await reading;
    if (value === undefined) cache.delete(key);
    return value;
  } catch (error) {
    cache.delete(key);
    if (error instanceof AwsError && error.code === "NoSuchEntity") return undefined;
    throw error;
  }
}
