import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { CONNECTION_RESET, type WireRequest, type WireResponse } from "./wire/message";

export interface RunningServer {
  readonly port: number;
  close(): Promise<void>;
}

/** The longest pause of a client between two requests on one connection. */
const KEEP_ALIVE_MS = 65_000;

/**
 * The prefix of the path that clients send when they use this server as a proxy. S3 Control is reached in this way: its
 * clients put the account in front of the endpoint's name, and that name has no address. Nothing is forwarded to the
 * named host.
 */
const PROXIED = /^https?:\/\/[^/?]*/i;

/** Maximum number of bytes kept of a request's body; AWS accepts larger bodies only for objects and programs. */
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
    // A HEAD response reports the length of the body that it leaves out.
    outgoing.writeHead(
      response.status,
      length > 0 || headers["content-length"] === undefined
        ? { ...headers, "content-length": length }
        : headers,
    );
    outgoing.end(response.body);
  } catch {
    // The client has disconnected, or the response could not be written: it cannot be notified.
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

/** Reads the whole request, so that the client receives the refusal, but keeps no more than the maximum. */
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
