/** A request as received, with its whole body. */
export interface WireRequest {
  readonly method: string;
  /** Still percent-encoded; without the query. */
  readonly path: string;
  readonly query: URLSearchParams;
  /** The query as sent, without the question mark. */
  readonly rawQuery: string;
  /** Names in lower case; repeated headers joined. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
  /** Address of the client. @default - the cloud calls itself */
  readonly peer?: string;
  /** The body was longer than the server keeps, and is left out. @default false */
  readonly truncated?: boolean;
}

export interface WireResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer | string;
}

/** Not a response: the server cuts the connection instead. */
export const CONNECTION_RESET: WireResponse = { status: 0, headers: {}, body: "" };
