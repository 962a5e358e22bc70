import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { CONNECTION_RESET, type WireRequest, type WireResponse } from "./wire/message";

export interface RunningServer {
  readonly port: number;
  close(): Promise<void>;
}

/** Longest wait of a client between two requests on one connection. */
const KEEP_ALIVE_MS = 65_000;

/**
 * What clients put before the path when they take this server for their proxy: how S3 Control is reached, whose clients put
 * the account before the endpoint's name, which then has no address. Nothing is passed on to the host that is named.
 */
const PROXIED = /^https?:\/\/[^/?]*/i;

/** Bytes of a request's body that are kept; what AWS takes in one request beyond that are objects and programs. */
export const LONGEST_BODY = 134_217_728;

/** Serves `answer` on one port; port 0 takes a free one. */
export async function listen(
  host: string,
  port: number,
  answer: (request: WireRequest) => Promise<WireResponse>,
): Promise<RunningServer> {
  const server = createServer((incoming, outgoing) => {
    void respond(incoming, outgoing, answer);
  });
  server.keepAliveTimeout = KEEP_ALIVE_MS;
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, resolve);
  });
  return { port: (server.address() as AddressInfo).port, close: () => close(server) };
}

async function respond(
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  answer: (request: WireRequest) => Promise<WireResponse>,
): Promise<void> {
  try {
    const response = await answer(await readRequest(incoming));
    if (response === CONNECTION_RESET) return void outgoing.socket?.resetAndDestroy();
    const length = Buffer.byteLength(response.body);
    const headers = { ...response.headers };
    // A HEAD answer tells the length of what it does not carry.
    outgoing.writeHead(
      response.status,
      length > 0 || headers["content-length"] === undefined
        ? { ...headers, "content-length": length }
        : headers,
    );
    outgoing.end(response.body);
  } catch {
    // The client is gone, or the answer could not be written: there is nobody left to tell.
    outgoing.destroy();
  }
}

async function readRequest(incoming: IncomingMessage): Promise<WireRequest> {
  const { body, truncated } = await readBody(incoming);
  const url = (incoming.url ?? "/").replace(PROXIED, "");
  const cut = url.indexOf("?");
  const rawQuery = cut === -1 ? "" : url.slice(cut + 1);
  return {
    method: incoming.method ?? "GET",
    path: cut === -1 ? url : url.slice(0, cut),
    query: new URLSearchParams(rawQuery),
    rawQuery,
    headers: Object.fromEntries(
      Object.entries(incoming.headers).map(([name, value]) => [
        name,
        Array.isArray(value) ? value.join(", ") : (value ?? ""),
      ]),
    ),
    body,
    truncated,
    peer: incoming.socket.remoteAddress,
  };
}

/** Reads to the end whatever comes, so that the client hears the refusal, and keeps no more than it may. */
async function readBody(incoming: IncomingMessage): Promise<Pick<WireRequest, "body" | "truncated">> {
  let chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of incoming) {
    length += (chunk as Buffer).length;
    if (length > LONGEST_BODY) chunks = [];
    else chunks.push(chunk as Buffer);
  }
  const truncated = length > LONGEST_BODY;
  return { body: truncated ? Buffer.alloc(0) : Buffer.concat(chunks, length), truncated };
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
