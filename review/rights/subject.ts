import { parseArn, roleArn } from "@keyferry/common";
import type { NamedDocument, RequestPrincipal, UnreadDocument } from "@keyferry/evaluator";

/** The policies of a principal; a principal that is not in the stacks is assumed to be allowed everything by its own. */
export interface SubjectPolicies {
  readonly identity: readonly NamedDocument[];
  readonly boundary?: NamedDocument;
  readonly unread: readonly UnreadDocument[];
}

export type SubjectKind =
  "role" | "principal" | "account" | "organization" | "everybody" | "service" | "provider";

/** A principal whose rights are compared. */
export interface Subject {
  /** Display name: `role keyferry-acme-runner in 111111111111`, `account 222222222222`, `everybody`. */
  readonly label: string;
  readonly kind: SubjectKind;
  /** 12-digit id; undefined for everybody, organizations, services and identity providers. */
  readonly account: string | undefined;
  readonly principal: RequestPrincipal;
  /** Context values that its requests always have. */
  readonly context: Readonly<Record<string, string>>;
  /** Undefined where it does not exist on that side. */
  readonly base: SubjectPolicies | undefined;
  readonly head: SubjectPolicies | undefined;
}

const EVERYTHING: SubjectPolicies = {
  identity: [
    {
      name: "policies of an administrator",
      document: { Version: "2012-10-17", Statement: [{ Effect: "Allow", Action: "*", Resource: "*" }] },
    },
  ],
  unread: [],
};

const NO_POLICIES: SubjectPolicies = { identity: [], unread: [] };

/** An account that stands for any other; it does not exist. */
export const STRANGER = "000000000000";

/** A principal that the IAM policies of its account allow everything. */
export function accountSubject(partition: string, account: string): Subject {
  const arn = roleArn(partition, account, "any-administrator");
  return {
    ...always(`account ${account}`, "account", account),
    principal: { kind: "role", account, arn },
  };
}

/** A role or user that a policy or a grant names and no stack creates. */
export function namedSubject(arn: string): Subject | undefined {
  const parsed = parseArn(arn);
  if (parsed === undefined || !/^\d{12}$/.test(parsed.account)) return undefined;
  const { account, partition, resource } = parsed;
  const [kind = "", ...path] = resource.split("/");
  const name = path.at(-1) ?? "";
  if (parsed.service === "iam" && (kind === "role" || kind === "user")) {
    return {
      ...always(`${kind} ${name} in ${account}`, "principal", account),
      principal: { kind, account, arn },
    };
  }
  if (parsed.service !== "sts" || kind !== "assumed-role") return undefined;
  const role = roleArn(partition, account, path[0] ?? "");
  const principal = { kind: "assumed-role" as const, account, arn, roleArn: role };
  return { ...always(`session ${path.join("/")} in ${account}`, "principal", account), principal };
}

export function everybody(partition: string): Subject {
  const arn = roleArn(partition, STRANGER, "anybody");
  return {
    ...always("everybody", "everybody", undefined),
    principal: { kind: "role", account: STRANGER, arn },
  };
}

export function organizationSubject(partition: string, organization: string): Subject {
  const arn = roleArn(partition, STRANGER, "member");
  return {
    ...always(`every account of organization ${organization}`, "organization", undefined),
    principal: { kind: "role", account: STRANGER, arn },
    context: { "aws:PrincipalOrgID": organization },
  };
}

export function serviceSubject(service: string): Subject {
  const principal: RequestPrincipal = { kind: "service", account: service, arn: service };
  return {
    ...always(`service ${service}`, "service", undefined),
    principal,
    base: NO_POLICIES,
    head: NO_POLICIES,
  };
}

export function providerSubject(provider: string): Subject {
  const principal: RequestPrincipal = {
    kind: "federated",
    account: parseArn(provider)?.account ?? provider,
    arn: provider,
  };
  const label = `identity provider ${(parseArn(provider)?.resource ?? provider).replace(/^.*-provider\//, "")}`;
  return { ...always(label, "provider", undefined), principal, base: NO_POLICIES, head: NO_POLICIES };
}

function always(label: string, kind: SubjectKind, account: string | undefined) {
  return { label, kind, account, context: {}, base: EVERYTHING, head: EVERYTHING };
}
