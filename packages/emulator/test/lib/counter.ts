import { createServer, request } from "node:http";
import type { AddressInfo } from "node:net";

/** A proxy in front of a rehearsal cloud that records every request. */
export interface Counter {
  readonly url: string;
  /** The requests, in order: `Action`, the operation of the target header, or method and path. */
  readonly asked: string[];
  stop(): void;
}

/** Forwards everything to `url`. */
export async function startCounter(url: string): Promise<Counter> {
  const asked: string[] = [];
  const server = createServer((incoming, outgoing) => {
    const chunks: Buffer[] = [];
    incoming.on("data", (chunk: Buffer) => chunks.push(chunk));
    incoming.on("end", () => {
      const body = Buffer.concat(chunks);
      const target = String(incoming.headers["x-amz-target"] ?? "").split(".")[1];
      const action = new URLSearchParams(body.toString()).get("Action");
      asked.push(target ?? action ?? `${incoming.method} ${incoming.url}`);
      const { method, headers } = incoming;
      const onward = request(`${url}${incoming.url}`, { method, headers }, (answer) => {
        outgoing.writeHead(answer.statusCode ?? 0, answer.headers);
        answer.pipe(outgoing);
      });
      onward.end(body);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    stop() {
      server.closeAllConnections();
      server.close();
    },
  };
}
