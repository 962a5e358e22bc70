/** A request as it came in, with its whole body. */
export interface WireRequest {
  readonly method: string;
  /** Percent-decoding not yet done; without the query. */
  readonly path: string;
  readonly query: URLSearchParams;
  /** Query as it was sent, without the question mark. */
  readonly rawQuery: string;
  /** Names in lower case; repeated headers joined. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
  /** Address of the client. @default - the cloud asks itself */
  readonly peer?: string;
  /** The body was longer than the server keeps, and is left out. @default false */
  readonly truncated?: boolean;
}

export interface WireResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer | string;
}

/** Not an answer: the server cuts the connection instead. */
export const CONNECTION_RESET: WireResponse = { status: 0, headers: {}, body: "" };
