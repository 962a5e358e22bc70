import {
  iamArn,
  isLaunchingService,
  parseArn,
  partitionOf,
  serviceLinkedRoleName,
  sha256,
} from "@keyferry/common";
import type { NamedDocument } from "@keyferry/evaluator";
import { AwsError, type Call, type Caller, type Clock, type IdentityStore, type Moto } from "../contract";
import type { Credential } from "../wire/credential";
import { AccessKeys } from "./access-keys";
import { IamReader, type Named, type RoleView, type UserView } from "./iam-reader";
import { Past } from "./past";
import { principalsOf, type PrincipalIds } from "./principal-ids";
import { invalidToken, Sessions, type OfRole, type Session } from "./sessions";

const ADMINISTRATOR_POLICY: NamedDocument = {
  name: "identity policy of the administrator",
  document: {
    Version: "2012-10-17",
    Statement: [{ Sid: "All", Effect: "Allow", Action: ["*"], Resource: ["*"] }],
  },
};

/** The policy that AWS attaches to a service-linked role; no one else can attach one. */
const SERVICE_LINKED_POLICIES: Readonly<Record<string, string>> = {
  "autoscaling.amazonaws.com": "AutoScalingServiceRolePolicy",
};

const ACCOUNT_ID = /^\d{12}$/;

/** A user; without a name it is the account's administrator. */
interface SessionUser {
  readonly account: string;
  readonly partition: string;
  readonly userName?: string;
}

/** True for the access key id of an account's administrator, which is the account's id. */
export function isAdministrator(credential: Credential): boolean {
  return ACCOUNT_ID.test(credential.accessKeyId);
}

/**
 * Identifies callers and the documents that apply to them; read from IAM once and kept until the next write to IAM.
 * With a lag, STS, KMS and the authorisation of every call continue to use the state from before the write for that
 * many seconds of wall time. Source: IAM user guide, "Changes that I make are not always immediately visible".
 */
export class Identities implements IdentityStore {
  readonly sessions = new Sessions();
  readonly accessKeys = new AccessKeys();
  /** By `partition/account/role`: the principals that the trust policy meant when it was written. */
  readonly trust = { ids: new Map<string, PrincipalIds>() };
  /** By `partition/account/user`: ARN of the permissions boundary; moto keeps only those of roles. */
  readonly boundaries = { ofUsers: new Map<string, string>() };
  private readonly roles = new Map<string, Promise<RoleView | undefined>>();
  private readonly users = new Map<string, Promise<UserView | undefined>>();
  private readonly serviceLinked = new Map<string, Promise<Caller | undefined>>();
  private readonly past: { readonly role: Past<RoleView>; readonly user: Past<UserView> };

  constructor(
    private readonly moto: Moto,
    private readonly clock: Pick<Clock, "now">,
    private readonly lagSeconds = 0,
  ) {
    const now = () => clock.now().getTime();
    this.past = { role: new Past(now), user: new Past(now) };
  }

  /** @throws AwsError for unknown, wrong or expired credentials */
  async authenticate(credential: Credential): Promise<Caller> {
    if (isAdministrator(credential))
      return administrator(credential.accessKeyId, partitionOf(credential.region));
    const key = this.accessKeys.active(credential.accessKeyId);
    if (key !== undefined) return this.userCaller(key);
    const session = this.sessions.resolve(credential);
    const caller = await this.sessionCaller(session);
    // Without MFA, which is not modelled, IAM does not accept such credentials.
    if (caller.kind !== "assumed-role" && credential.service === "iam") throw invalidToken();
    return { ...caller, sessionIssued: session.issued };
  }

  private sessionCaller(session: Session): Promise<Caller> {
    const { principal, account, partition } = session;
    if (principal.kind === "role") return this.roleCaller(session, principal);
    const user = { account, partition, userName: principal.userName };
    return principal.kind === "user"
      ? this.userCaller(user)
      : this.federatedCaller(session, principal.name, user);
  }

  private async roleCaller(session: Session, of: OfRole): Promise<Caller> {
    const { account, partition } = session;
    const role = await this.role(account, of.roleName, partition);
    // A session of a role that was deleted, or deleted and created again, keeps its name and loses its permissions.
    const current = role?.id === of.roleId ? role : undefined;
    return {
      kind: "assumed-role",
      account,
      arn: `arn:${partition}:sts::${account}:assumed-role/${of.roleName}/${of.sessionName}`,
      roleArn: of.roleArn,
      userId: `${of.roleId}:${of.sessionName}`,
      identity: current?.identity ?? [],
      boundary: current?.boundary,
      session: session.policies.length === 0 ? undefined : session.policies,
      tags: { ...current?.tags, ...session.tags },
      transitiveTags: session.transitiveTags,
      sourceIdentity: session.sourceIdentity,
    };
  }

  private async federatedCaller(session: Session, name: string, of: SessionUser): Promise<Caller> {
    const { account, partition, policies, tags } = session;
    const user = await this.userCaller(of);
    return {
      kind: "federated-user",
      account,
      arn: `arn:${partition}:sts::${account}:federated-user/${name}`,
      userArn: user.arn,
      userId: `${account}:${name}`,
      identity: user.identity,
      boundary: user.boundary,
      session: policies.length === 0 ? undefined : policies,
      tags: { ...user.tags, ...tags },
    };
  }

  private async userCaller({ account, partition, userName }: SessionUser): Promise<Caller> {
    if (userName === undefined) return administrator(account, partition);
    const user = await this.user(account, userName, partition);
    if (user === undefined) throw invalidToken();
    const { arn, id, identity, boundary, tags } = user;
    return { kind: "user", account, arn, userId: id, identity, boundary, tags };
  }

  /** A role as services other than IAM see it. */
  role(account: string, name: string, partition: string): Promise<RoleView | undefined> {
    const seen = this.past.role.seen(`${partition}/${account}/${name}`);
    return seen === undefined ? this.roleNow(account, name, partition) : Promise.resolve(seen.value);
  }

  /** A role as last written. */
  roleNow(account: string, name: string, partition: string): Promise<RoleView | undefined> {
    return remember(this.roles, `${partition}/${account}/${name}`, () =>
      this.reader(partition).role(account, name),
    );
  }

  /** A user as services other than IAM see it. */
  user(account: string, name: string, partition: string): Promise<UserView | undefined> {
    const seen = this.past.user.seen(`${partition}/${account}/${name}`);
    return seen === undefined ? this.userNow(account, name, partition) : Promise.resolve(seen.value);
  }

  /** A user as last written. */
  userNow(account: string, name: string, partition: string): Promise<UserView | undefined> {
    const key = `${partition}/${account}/${name}`;
    return remember(this.users, key, async () => {
      const user = await this.reader(partition).user(account, name);
      const arn = this.boundaries.ofUsers.get(key);
      if (user === undefined || arn === undefined) return user;
      return { ...user, boundary: await this.reader(partition).managedPolicy(account, arn) };
    });
  }

  /**
   * Call this before a write to IAM of an account: the affected roles and users keep their current state for the
   * duration of the lag.
   */
  async hold(account: string, partition: string, about: Call["input"]): Promise<void> {
    if (this.lagSeconds === 0) return;
    const until = this.clock.now().getTime() + this.lagSeconds * 1000;
    for (const { kind, name } of await this.reader(partition).concerned(account, about)) {
      const key = `${partition}/${account}/${name}`;
      if (kind === "role") this.past.role.hold(key, await this.roleNow(account, name, partition), until);
      else this.past.user.hold(key, await this.userNow(account, name, partition), until);
    }
  }

  /** Whether a role or user was created so recently that it is not visible yet. */
  isUnseen({ kind, name }: Named, account: string, partition: string): boolean {
    const seen = this.past[kind].seen(`${partition}/${account}/${name}`);
    return seen !== undefined && seen.value === undefined;
  }

  /**
   * The unique id that a principal's ARN currently has; undefined for accounts, services, everyone, and principals that
   * do not exist.
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

  /** The unique ids that the names currently have. */
  async idsOf(principals: readonly string[]): Promise<PrincipalIds> {
    const ids: Record<string, string> = {};
    for (const principal of principals) {
      const id = await this.uniqueIdOf(principal);
      if (id !== undefined) ids[principal] = id;
    }
    return ids;
  }

  /** The unique ids that a policy's principals currently have. */
  idsIn(document: unknown): Promise<PrincipalIds> {
    return this.idsOf(principalsOf(document));
  }

  /** The names whose principal was deleted in the meantime, whether or not it was created again. */
  async gone(ids: PrincipalIds): Promise<PrincipalIds> {
    const now = await this.idsOf(Object.keys(ids));
    return Object.fromEntries(Object.entries(ids).filter(([name, id]) => now[name] !== id));
  }

  /**
   * Whether the principal of a policy or grant exists in the partition of the resource; nothing reaches across
   * partitions. An account always counts as existing: accounts cannot be enumerated.
   */
  async principalExists(principal: string, partition: string): Promise<boolean> {
    if (ACCOUNT_ID.test(principal)) return true;
    const arn = parseArn(principal);
    if (arn?.partition !== partition || !ACCOUNT_ID.test(arn.account) || arn.region !== "") return false;
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
    // The users that GetFederationToken named cannot be enumerated.
    if (arn.service === "sts" && arn.resource.startsWith("federated-user/")) return true;
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
    this.written();
  }

  /** Call this after every write to IAM. */
  written(): void {
    this.roles.clear();
    this.users.clear();
    this.serviceLinked.clear();
  }

  /** Call this when the contents of IAM were replaced. */
  forget(): void {
    this.written();
    this.past.role.clear();
    this.past.user.clear();
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
    const names = await this.reader(partition).rolesUnder(account, `/aws-service-role/${awsService}/`);
    // A role with a suffix is used only by callers that name it.
    const name = isLaunchingService(awsService)
      ? names.find((one) => one === serviceLinkedRoleName(awsService))
      : names[0];
    const role = name === undefined ? undefined : await this.roleNow(account, name, partition);
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

/** Caches the result, but not a failure and not "does not exist": roles and users that others create must be seen. */
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
