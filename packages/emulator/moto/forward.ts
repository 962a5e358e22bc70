import { Agent, request as httpRequest } from "node:http";
import { AwsError } from "../contract";
import type { Credential } from "../wire/credential";
import type { WireRequest, WireResponse } from "../wire/message";

/** Forwards a request to moto. */
export type Forward = (
  request: WireRequest,
  account: string,
  credential: Credential,
) => Promise<WireResponse>;

/** Headers that belong to one connection, or would make moto look for an unknown session. */
const NOT_FORWARDED = new Set([
  "authorization",
  "connection",
  "content-length",
  "expect",
  "keep-alive",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
  "x-amz-security-token",
  "x-moto-account-id",
]);
const NOT_RETURNED = new Set(["connection", "keep-alive", "transfer-encoding", "date", "server"]);

/** moto's own pages, which are not part of any AWS service. */
const MOTO_PAGES = /^\/(moto-api|latest)(\/|$)/;

/**
 * Forwards to moto on a local port: `x-moto-account-id` selects the account, the credential scope selects the service
 * and Region. moto returns 500 for operations that it does not support, which clients retry for minutes; that response
 * is turned into a refusal.
 */
export function createForward(port: number): Forward {
  const agent = new Agent({ keepAlive: true, maxSockets: 32 });
  return async (request, account, credential) => {
    if (MOTO_PAGES.test(request.path)) throw new AwsError("AccessDenied", "Access Denied", 403);
    const response = await send(agent, port, request, {
      ...pick(request.headers, NOT_FORWARDED),
      authorization: authorization(credential),
      "x-moto-account-id": account,
      "content-length": String(request.body.length),
    });
    if (response.status < 500) return response;
    const detail = response.body.toString("utf8").replace(/\s+/g, " ").slice(0, 300);
    throw new AwsError(
      "UnsupportedOperation",
      `The rehearsal cloud cannot answer this ${credential.service} request: its back end failed with ${detail}`,
    );
  };
}

/** A header that names the scope; the signature is not verified. */
export function authorization({ accessKeyId, region, service }: Credential): string {
  const day = "20200101";
  return `AWS4-HMAC-SHA256 Credential=${accessKeyId}/${day}/${region}/${service}/aws4_request, SignedHeaders=host, Signature=0`;
}

function send(
  agent: Agent,
  port: number,
  request: WireRequest,
  headers: Readonly<Record<string, string>>,
): Promise<WireResponse & { readonly body: Buffer }> {
  const target = request.rawQuery === "" ? request.path : `${request.path}?${request.rawQuery}`;
  return new Promise((resolve, reject) => {
    const outgoing = httpRequest(
      { agent, host: "127.0.0.1", port, method: request.method, path: target, headers },
      (incoming) => {
        const chunks: Buffer[] = [];
        incoming.on("data", (chunk: Buffer) => chunks.push(chunk));
        incoming.on("error", reject);
        incoming.on("end", () =>
          resolve({
            status: incoming.statusCode ?? 500,
            headers: pick(joined(incoming.headers), NOT_RETURNED),
            body: Buffer.concat(chunks),
          }),
        );
      },
    );
    outgoing.on("error", reject);
    outgoing.end(request.body);
  });
}

function joined(headers: NodeJS.Dict<string | string[]>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [
      name,
      Array.isArray(value) ? value.join(", ") : (value ?? ""),
    ]),
  );
}

function pick(
  headers: Readonly<Record<string, string>>,
  without: ReadonlySet<string>,
): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !without.has(name)));
}
