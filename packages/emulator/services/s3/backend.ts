import type { Forward } from "../../moto/forward";
import type { WireRequest, WireResponse } from "../../wire/message";
import { KEY_HEADER } from "./encryption/customer-key";
import type { Bucket } from "./state";

/** One request to moto about a bucket, or an object in it. */
export interface BackendRequest {
  readonly method: string;
  readonly key?: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Buffer;
}

export type BackendAnswer = WireResponse & { readonly body: Buffer };

/** The header that gives moto the id of a version that it creates; clients may not send it. */
export const VERSION_HEADER = "x-rehearsal-version-id";

/** moto's S3, called as the bucket's owner: it stores the bytes and does not handle permissions and keys. */
export class Backend {
  constructor(private readonly forward: Forward) {}

  /**
   * Forwards a client's request, without a key that is in it. moto would look for a bucket in the host's name; here it
   * is in the path.
   */
  pass(bucket: Pick<Bucket, "account" | "region">, request: WireRequest): Promise<BackendAnswer> {
    const headers = Object.entries(request.headers).filter(
      ([name]) => name !== VERSION_HEADER && !KEY_HEADER.test(name),
    );
    return this.ask(bucket, { ...request, headers: { ...Object.fromEntries(headers), host: "127.0.0.1" } });
  }

  private async ask(
    { account, region }: Pick<Bucket, "account" | "region">,
    request: WireRequest,
  ): Promise<BackendAnswer> {
    const answer = await this.forward(request, account, { accessKeyId: account, region, service: "s3" });
    return { ...answer, body: Buffer.isBuffer(answer.body) ? answer.body : Buffer.from(answer.body) };
  }

  /** Calls on the cloud's own behalf. */
  send(bucket: Pick<Bucket, "account" | "region" | "name">, request: BackendRequest): Promise<BackendAnswer> {
    const { method, key, query = {}, headers = {}, body = Buffer.alloc(0) } = request;
    const search = new URLSearchParams(query);
    const path = key === undefined ? `/${bucket.name}` : `/${bucket.name}/${encodedKey(key)}`;
    return this.ask(bucket, {
      method,
      path,
      query: search,
      rawQuery: search.toString(),
      headers: { host: "127.0.0.1", ...headers },
      body,
    });
  }
}

function encodedKey(key: string): string {
  return key.split("/").map(encodeURIComponent).join("/");
}
