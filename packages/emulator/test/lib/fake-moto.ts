import type { Forward } from "../../moto/forward";
import type { MotoState } from "../../moto/process";
import type { WireRequest, WireResponse } from "../../wire/message";
import { FakeMessaging } from "./fake-messaging";
import { fakeNetwork } from "./fake-network";
import { FakeS3 } from "../services/s3/lib/fake-s3";

export interface FakeRole {
  readonly path?: string;
  readonly trust: object;
  readonly policies?: Readonly<Record<string, object>>;
  readonly boundary?: string;
}

/**
 * The part of moto that authorisation reads, Parameter Store's values, S3's bytes, messages to queues and topics, and a
 * network: enough to test without Python.
 */
export class FakeMoto {
  /** `account/name` -> role. */
  readonly roles = new Map<string, FakeRole & { readonly id: string }>();
  /** ARN -> document. */
  readonly managedPolicies = new Map<string, object>();
  /** `account/name` -> value. */
  readonly parameters = new Map<string, string>();
  readonly s3 = new FakeS3();
  readonly messaging = new FakeMessaging();
  /** `account/id` -> the members that describe a DB instance or cluster. */
  readonly databases = new Map<string, Readonly<Record<string, string>>>();
  /** `account service operation` of every request. */
  readonly asked: string[] = [];
  /** moto's state, as far as this fake keeps any. */
  readonly state: MotoState = {
    capture: () => Promise.resolve(Buffer.from(JSON.stringify([[...this.roles], this.s3.capture()]))),
    restore: (state) => {
      const [roles, objects] = JSON.parse(state.toString());
      this.roles.clear();
      for (const [key, role] of roles) this.roles.set(key, role);
      this.s3.restore(objects);
      return Promise.resolve();
    },
    resident: () => Promise.resolve(4096),
    reset: () => {
      this.roles.clear();
      this.s3.buckets.clear();
      return Promise.resolve();
    },
  };
  private made = 0;

  addRole(account: string, name: string, role: FakeRole): string {
    const id = `AROA${String(++this.made).padStart(17, "0")}`;
    this.roles.set(`${account}/${name}`, { ...role, id });
    return `arn:aws:iam::${account}:role${role.path ?? "/"}${name}`;
  }

  readonly forward: Forward = (request, account, { service, region }) => {
    const form = new URLSearchParams(request.body.toString());
    const operation = form.get("Action") ?? request.headers["x-amz-target"]?.split(".")[1] ?? request.method;
    this.asked.push(`${account} ${service} ${operation}`);
    if (service === "iam") return Promise.resolve(this.iam(operation, account, form));
    // It does not have its own key.
    if (service === "kms") return Promise.resolve({ status: 200, headers: {}, body: "{}" });
    if (service === "rds") return Promise.resolve(this.rds(operation, account, form));
    if (service === "ssm") return Promise.resolve(this.ssm(operation, account, request));
    if (service === "ec2") return Promise.resolve(fakeNetwork(operation, region) ?? this.s3.answer(request));
    if (service === "sqs") return Promise.resolve(this.messaging.sqs(account, region, operation, request));
    if (service === "sns") return Promise.resolve(this.messaging.sns(form));
    return Promise.resolve(this.s3.answer(request));
  };

  private iam(operation: string, account: string, form: URLSearchParams): WireResponse {
    const role = this.roles.get(`${account}/${form.get("RoleName") ?? ""}`);
    const managed = this.managedPolicies.get(form.get("PolicyArn") ?? "");
    const answers: Record<string, () => string | undefined> = {
      GetRole: () => role && `<Role>${this.roleXml(account, form.get("RoleName") ?? "", role)}</Role>`,
      ListRoles: () => `<Roles>${this.rolesUnder(account, form.get("PathPrefix") ?? "/")}</Roles>`,
      ListRolePolicies: () =>
        `<PolicyNames>${Object.keys(role?.policies ?? {})
          .map((n) => `<member>${n}</member>`)
          .join("")}</PolicyNames>`,
      GetRolePolicy: () =>
        `<PolicyDocument>${encode(role?.policies?.[form.get("PolicyName") ?? ""])}</PolicyDocument>`,
      ListAttachedRolePolicies: () => "<AttachedPolicies/>",
      GetPolicy: () => managed && "<Policy><DefaultVersionId>v1</DefaultVersionId></Policy>",
      GetPolicyVersion: () =>
        managed && `<PolicyVersion><Document>${encode(managed)}</Document></PolicyVersion>`,
      UpdateAssumeRolePolicy: () => {
        if (role === undefined) return undefined;
        const trust = JSON.parse(form.get("PolicyDocument") ?? "{}") as object;
        this.roles.set(`${account}/${form.get("RoleName") ?? ""}`, { ...role, trust });
        return "";
      },
      CreateRole: () => {
        const name = form.get("RoleName") ?? "";
        const trust = JSON.parse(form.get("AssumeRolePolicyDocument") ?? "{}") as object;
        this.addRole(account, name, { trust });
        const made = this.roles.get(`${account}/${name}`);
        return made && `<Role>${this.roleXml(account, name, made)}</Role>`;
      },
      PutRolePolicy: () => this.putRolePolicy(account, form),
    };
    const inner = answers[operation]?.();
    if (inner === undefined) {
      return xml(
        404,
        `<ErrorResponse><Error><Code>NoSuchEntity</Code><Message>none</Message></Error></ErrorResponse>`,
      );
    }
    return xml(
      200,
      `<${operation}Response><${operation}Result>${inner}</${operation}Result></${operation}Response>`,
    );
  }

  private putRolePolicy(account: string, form: URLSearchParams): string {
    const key = `${account}/${form.get("RoleName") ?? ""}`;
    const role = this.roles.get(key);
    if (role === undefined) return "";
    const document = JSON.parse(form.get("PolicyDocument") ?? "{}") as object;
    this.roles.set(key, {
      ...role,
      policies: { ...role.policies, [form.get("PolicyName") ?? ""]: document },
    });
    return "";
  }

  private rolesUnder(account: string, prefix: string): string {
    return [...this.roles]
      .filter(([key, role]) => key.startsWith(`${account}/`) && (role.path ?? "/").startsWith(prefix))
      .map(([key, role]) => `<member>${this.roleXml(account, key.slice(account.length + 1), role)}</member>`)
      .join("");
  }

  private roleXml(account: string, name: string, role: FakeRole & { readonly id: string }): string {
    const boundary =
      role.boundary === undefined
        ? ""
        : `<PermissionsBoundary><PermissionsBoundaryArn>${role.boundary}</PermissionsBoundaryArn></PermissionsBoundary>`;
    return (
      `<RoleName>${name}</RoleName><RoleId>${role.id}</RoleId><MaxSessionDuration>3600</MaxSessionDuration>${boundary}` +
      `<Arn>arn:aws:iam::${account}:role${role.path ?? "/"}${name}</Arn>` +
      `<AssumeRolePolicyDocument>${encode(role.trust)}</AssumeRolePolicyDocument>`
    );
  }

  private rds(operation: string, account: string, form: URLSearchParams): WireResponse {
    const [, noun = ""] = /^(?:Describe|Delete)([A-Za-z]+?)s?$/.exec(operation) ?? [];
    const key = `${account}/${form.get(`${noun}Identifier`) ?? ""}`;
    const found = Object.entries(this.databases.get(key) ?? {});
    if (found.length === 0) {
      return xml(404, `<ErrorResponse><Error><Code>${noun}NotFoundFault</Code></Error></ErrorResponse>`);
    }
    if (operation.startsWith("Delete")) this.databases.delete(key);
    const inner = found.map(([name, value]) => `<${name}>${value}</${name}>`).join("");
    const list = `<${noun}s><${noun}>${inner}</${noun}></${noun}s>`;
    return xml(
      200,
      `<${operation}Response><${operation}Result>${list}</${operation}Result></${operation}Response>`,
    );
  }

  private ssm(operation: string, account: string, request: WireRequest): WireResponse {
    const input = JSON.parse(request.body.toString() || "{}") as {
      Name?: string;
      Names?: string[];
      Value?: string;
    };
    if (operation === "PutParameter") this.parameters.set(`${account}/${input.Name}`, input.Value ?? "");
    const names = input.Names ?? [input.Name ?? ""];
    const found = names.flatMap((name) => {
      const value = this.parameters.get(`${account}/${name}`);
      return value === undefined ? [] : [{ Name: name, Value: value, Version: 1 }];
    });
    const body = operation === "PutParameter" ? { Version: 1 } : { Parameters: found, Parameter: found[0] };
    return {
      status: 200,
      headers: { "content-type": "application/x-amz-json-1.1" },
      body: JSON.stringify(body),
    };
  }
}

function xml(status: number, body: string): WireResponse {
  return { status, headers: { "content-type": "text/xml" }, body };
}

function encode(document: object | undefined): string {
  return encodeURIComponent(JSON.stringify(document ?? {}));
}
