import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as pause } from "node:timers/promises";
import { pushObject } from "../../kinds/ami/carry/stored/push-object";
import { storedImagesPort } from "../../scripts/aws/stored-images";
import type { RunContext } from "../../scripts/engine/context";
import type { RunEvent } from "../../scripts/engine/events";
import { buildGraph, type CopyNode, type Place } from "../../topology";
import { stored } from "./topologies";

const ETAG = '"0123456789abcdef"';
const IMAGE = "ami-0123456789abcdef0";

type Answer = readonly [status: number, body: string];
const NOTHING: Answer = [404, ""];

/** A simulated S3 that copies parts of one large object, and records the calls. The object has no data: a part is only a range of bytes. */
export class LargeObject {
  /** Number of a part -> how many times its copy was requested. */
  readonly asked = new Map<number, number>();
  /** Bytes of the parts that were copied. */
  private readonly parts = new Map<number, number>();
  inProgress = 0;
  atOnce = 0;
  aborted = 0;
  /** Bytes of the completed copy. */
  arrived: number | undefined;
  /** The response to a part that S3 does not copy. @default - S3 copies every part */
  refuses: (part: number, times: number) => Answer | undefined = () => undefined;
  /** How long S3 takes to copy a part. @default 0 */
  partMilliseconds = 0;
  /** Called after a part was copied. */
  onCopied: (parts: number) => void = () => undefined;
  private url = "";
  private readonly server = createServer((request, response) => void this.serve(request, response));

  /** @param size bytes */
  constructor(private readonly size: number) {}

  async start(): Promise<void> {
    await new Promise<void>((resolve) => this.server.listen(0, "127.0.0.1", resolve));
    this.url = `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  /** Copies the object as a run does, with the real SDK. @returns its key in the destination */
  async push(listener: (event: RunEvent) => void = () => undefined): Promise<string> {
    const before = process.env["AWS_ENDPOINT_URL"];
    process.env["AWS_ENDPOINT_URL"] = this.url;
    const credentials = () => Promise.resolve({ accessKeyId: "111111111111", secretAccessKey: "rehearsal" });
    const context = {
      aws: { storedImages: (place: Place) => storedImagesPort(place, { credentials }) },
      signal: new AbortController().signal,
      emit: listener,
    };
    try {
      return await pushObject(context as unknown as RunContext, restoredNode(), IMAGE);
    } finally {
      if (before === undefined) delete process.env["AWS_ENDPOINT_URL"];
      else process.env["AWS_ENDPOINT_URL"] = before;
    }
  }

  private async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname, searchParams: query } = new URL(request.url ?? "/", this.url);
    request.resume();
    const head = request.method === "HEAD" ? this.sizeOf(pathname) : undefined;
    if (head !== undefined) {
      response.writeHead(200, { etag: ETAG, "content-length": head }).end();
      return;
    }
    const [status, body] = await this.answer(request, query);
    response.writeHead(status, { "content-type": "application/xml" }).end(body);
  }

  private sizeOf(pathname: string): number | undefined {
    return pathname.includes("/stored/") ? this.size : this.arrived;
  }

  private async answer({ method, headers }: IncomingMessage, query: URLSearchParams): Promise<Answer> {
    if (query.has("tagging")) return [200, "<Tagging><TagSet/></Tagging>"];
    if (method === "GET" && query.has("uploads")) return [200, "<ListMultipartUploadsResult/>"];
    if (method === "GET") return [200, "<ListPartsResult/>"];
    if (method === "POST" && query.has("uploads"))
      return [200, "<InitiateMultipartUploadResult><UploadId>u-1</UploadId></InitiateMultipartUploadResult>"];
    if (method === "POST") return this.complete();
    if (method === "DELETE") {
      this.aborted += 1;
      return [204, ""];
    }
    return method === "PUT" ? this.copyPart(query, headers["x-amz-copy-source-range"]) : NOTHING;
  }

  private async copyPart(query: URLSearchParams, range: string | string[] | undefined): Promise<Answer> {
    const part = Number(query.get("partNumber"));
    const times = (this.asked.get(part) ?? 0) + 1;
    this.asked.set(part, times);
    this.inProgress += 1;
    this.atOnce = Math.max(this.atOnce, this.inProgress);
    await pause(this.partMilliseconds);
    this.inProgress -= 1;
    const refused = this.refuses(part, times);
    if (refused !== undefined) return refused;
    const [, first, last] = /^bytes=(\d+)-(\d+)$/.exec(String(range)) ?? [];
    this.parts.set(part, Number(last) - Number(first) + 1);
    this.onCopied(this.parts.size);
    return [200, `<CopyPartResult><ETag>"p${part}"</ETag></CopyPartResult>`];
  }

  private complete(): Answer {
    this.arrived = [...this.parts.values()].reduce((sum, size) => sum + size, 0);
    return [200, "<CompleteMultipartUploadResult><ETag>e</ETag></CompleteMultipartUploadResult>"];
  }
}

/** S3's response when it has an internal error. */
export const INTERNAL_ERROR: Answer = [
  500,
  "<Error><Code>InternalError</Code><Message>We encountered an internal error. Please try again.</Message></Error>",
];

/** S3's response when the source's ETag differs from the requested one. */
export const PRECONDITION_FAILED: Answer = [
  412,
  "<Error><Code>PreconditionFailed</Code><Message>At least one of the pre-conditions you specified did not hold</Message></Error>",
];

function restoredNode(): CopyNode {
  const topology = stored();
  const [rule] = topology.rules;
  const graph = rule && buildGraph(topology, rule, { id: IMAGE, name: "web-1", snapshots: [] });
  const found = graph?.nodes.find(({ restored }) => restored !== undefined);
  if (found === undefined) throw new TypeError("nothing is restored");
  return found;
}
