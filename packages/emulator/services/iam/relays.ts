import { parseArn, partitionOf } from "@keyferry/common";
import { AwsError, type Call } from "../../contract";
import type { Exchange, Relay } from "../../dispatch";
import type { Identities } from "../../identity/identities";
import { userIdOf } from "../../identity/iam-reader";
import { principalsOf } from "../../identity/principal-ids";
import type { WireResponse } from "../../wire/message";
import { createUser, deleteUser, withBoundary } from "./user-boundaries";

/**
 * What moto does not keep track of: the principals that trust policies meant when they were written, and the owners of
 * access keys.
 */
export function iamRelays(identities: Identities): Readonly<Record<string, Relay>> {
  return {
    CreateRole: writeTrust(identities),
    UpdateAssumeRolePolicy: writeTrust(identities),
    GetRole: showTrust(identities),
    ListRoles: showTrust(identities),
    CreateUser: async (exchange) => withUserIds(await createUser(identities, exchange)),
    DeleteUser: (exchange) => deleteUser(identities, exchange),
    GetGroup: showUsers,
    GetUser: async (exchange) => withBoundary(identities, exchange.call, await showUsers(exchange)),
    ListUsers: showUsers,
    CreateAccessKey: async (exchange) => {
      if (text(exchange.call, "UserName") === "") throw notModelled("CreateAccessKey without UserName");
      const response = await exchange.forward(exchange.request);
      const body = String(response.body);
      const id = element(body, "AccessKeyId");
      const userName = element(body, "UserName");
      const { account, partition } = whereOf(exchange.call);
      if (response.status < 400 && id !== undefined && userName !== undefined)
        identities.accessKeys.add(id, { account, partition, userName });
      return response;
    },
    UpdateAccessKey: afterwards((call) =>
      identities.accessKeys.setActive(text(call, "AccessKeyId"), text(call, "Status") === "Active"),
    ),
    DeleteAccessKey: afterwards((call) => identities.accessKeys.remove(text(call, "AccessKeyId"))),
  };
}

async function showUsers(exchange: Exchange): Promise<WireResponse> {
  return withUserIds(await exchange.forward(exchange.request));
}

/** Unique ids of users begin with AIDA on AWS. */
function withUserIds(response: WireResponse): WireResponse {
  const body = String(response.body).replace(
    /<UserId>([^<]*)<\/UserId>/g,
    (_match, id: string) => `<UserId>${userIdOf(id)}</UserId>`,
  );
  return { ...response, body };
}

function notModelled(what: string): AwsError {
  return new AwsError("UnsupportedOperation", `The rehearsal cloud does not model ${what} in IAM.`);
}

/** A trust policy is accepted only with existing principals, and means exactly these from then on. */
function writeTrust(identities: Identities): Relay {
  return async (exchange) => {
    const { account, partition } = whereOf(exchange.call);
    const document = parse(
      text(exchange.call, "AssumeRolePolicyDocument") || text(exchange.call, "PolicyDocument"),
    );
    for (const principal of principalsOf(document)) {
      if (principal === "*" || (await identities.principalExists(principal, partition))) continue;
      throw new AwsError("MalformedPolicyDocument", `Invalid principal in policy: "AWS":"${principal}"`);
    }
    const ids = await identities.idsIn(document);
    const response = await exchange.forward(exchange.request);
    if (response.status < 400)
      identities.trust.ids.set(`${partition}/${account}/${text(exchange.call, "RoleName")}`, ids);
    return response;
  };
}

/** Roles as AWS shows them: a deleted principal appears as its unique id. */
function showTrust(identities: Identities): Relay {
  return async (exchange): Promise<WireResponse> => {
    const response = await exchange.forward(exchange.request);
    const { account, partition } = whereOf(exchange.call);
    let body = String(response.body);
    const names = [...body.matchAll(/<RoleName>([^<]*)<\/RoleName>/g)].map(([, name]) => name ?? "");
    for (const name of names) {
      const gone = await identities.gone(identities.trust.ids.get(`${partition}/${account}/${name}`) ?? {});
      for (const [arn, id] of Object.entries(gone)) body = withoutName(body, name, arn, id);
    }
    return { ...response, body };
  };
}

/** Replaces the ARN in the trust policy of one role; policies are percent-encoded in the response. */
function withoutName(body: string, role: string, arn: string, id: string): string {
  const spellings = [encodeURIComponent(arn), encodeURIComponent(arn).replaceAll("%2F", "/")];
  return body
    .split(/(?=<member>|<Role>)/)
    .map((part) =>
      part.includes(`<RoleName>${role}</RoleName>`)
        ? spellings.reduce((text, spelling) => text.replaceAll(`%22${spelling}%22`, `%22${id}%22`), part)
        : part,
    )
    .join("");
}

function afterwards(note: (call: Call) => void): Relay {
  return async ({ call, request, forward }: Exchange) => {
    const response = await forward(request);
    if (response.status < 400) note(call);
    return response;
  };
}

function whereOf(call: Call): { readonly account: string; readonly partition: string } {
  const { account, arn } = call.caller;
  return { account, partition: parseArn(arn)?.partition ?? partitionOf(call.region) };
}

function element(body: string, name: string): string | undefined {
  return new RegExp(`<${name}>([^<]*)</${name}>`).exec(body)?.[1];
}

function parse(policy: string): unknown {
  try {
    return JSON.parse(policy);
  } catch {
    // IAM itself reports this.
    return undefined;
  }
}

function text(call: Call, name: string): string {
  const value = call.input[name];
  return typeof value === "string" ? value : "";
}
