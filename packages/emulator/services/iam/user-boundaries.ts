import { parseArn, partitionOf } from "@keyferry/common";
import { AwsError, type Call, type OperationTable } from "../../contract";
import type { Exchange } from "../../dispatch";
import type { Identities } from "../../identity/identities";
import type { WireResponse } from "../../wire/message";
import { on } from "./access";

/** Permissions boundaries of users, which moto does not store. Source: IAM user guide, "Permissions boundaries". */
export function userBoundaryOperations(identities: Identities): OperationTable {
  const checks = on("user", identities);
  return {
    PutUserPermissionsBoundary: {
      checks,
      async run(call) {
        const { account, partition, userName } = userIn(call);
        const boundary = boundaryIn(call);
        await requireUser(identities, call);
        await requirePolicy(identities, call, boundary);
        await identities.hold(account, partition, call.input);
        identities.boundaries.ofUsers.set(placeOf(call, userName), boundary);
        identities.written();
        return {};
      },
    },
    DeleteUserPermissionsBoundary: {
      checks,
      async run(call) {
        const { account, partition, userName } = userIn(call);
        await requireUser(identities, call);
        await identities.hold(account, partition, call.input);
        const had = identities.boundaries.ofUsers.delete(placeOf(call, userName));
        if (!had) throw noSuchEntity(`No permissions boundary is set for user ${userName}.`);
        identities.written();
        return {};
      },
    },
  };
}

/** CreateUser with a boundary. */
export async function createUser(identities: Identities, exchange: Exchange): Promise<WireResponse> {
  const { call, forward, request } = exchange;
  const given = call.input["PermissionsBoundary"] !== undefined;
  if (given) await requirePolicy(identities, call, boundaryIn(call));
  const response = await forward(request);
  if (given && response.status < 400)
    identities.boundaries.ofUsers.set(placeOf(call, userIn(call).userName), boundaryIn(call));
  return withBoundary(identities, call, response);
}

/** DeleteUser: a later user with the same name has no boundary. */
export async function deleteUser(identities: Identities, exchange: Exchange): Promise<WireResponse> {
  const response = await exchange.forward(exchange.request);
  if (response.status < 400)
    identities.boundaries.ofUsers.delete(placeOf(exchange.call, userIn(exchange.call).userName));
  return response;
}

/** The response for one user, with its boundary; lists leave it out. */
export function withBoundary(identities: Identities, call: Call, response: WireResponse): WireResponse {
  const body = String(response.body);
  const userName = /<UserName>([^<]*)<\/UserName>/.exec(body)?.[1] ?? "";
  const boundary = identities.boundaries.ofUsers.get(placeOf(call, userName));
  if (boundary === undefined) return response;
  const shown =
    "<PermissionsBoundary><PermissionsBoundaryType>Policy</PermissionsBoundaryType>" +
    `<PermissionsBoundaryArn>${boundary}</PermissionsBoundaryArn></PermissionsBoundary>`;
  return { ...response, body: body.replace("</User>", `${shown}</User>`) };
}

async function requireUser(identities: Identities, call: Call): Promise<void> {
  const { account, partition, userName } = userIn(call);
  if ((await identities.userNow(account, userName, partition)) !== undefined) return;
  throw noSuchEntity(`The user with name ${userName} cannot be found.`);
}

async function requirePolicy(identities: Identities, call: Call, arn: string): Promise<void> {
  const { account, partition } = userIn(call);
  try {
    await identities.reader(partition).managedPolicy(account, arn);
  } catch (error) {
    if (!(error instanceof AwsError) || error.code !== "NoSuchEntity") throw error;
    throw noSuchEntity(`Scope ARN: ${arn} does not exist or is not attachable.`);
  }
}

function boundaryIn(call: Call): string {
  return String(call.input["PermissionsBoundary"] ?? "");
}

function userIn({ caller, region, input }: Call) {
  const partition = parseArn(caller.arn)?.partition ?? partitionOf(region);
  return { account: caller.account, partition, userName: String(input["UserName"] ?? "") };
}

function placeOf(call: Call, userName: string): string {
  const { account, partition } = userIn(call);
  return `${partition}/${account}/${userName}`;
}

function noSuchEntity(message: string): AwsError {
  return new AwsError("NoSuchEntity", message, 404);
}
