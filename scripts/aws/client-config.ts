import { isKeyferryError } from "../../core/errors";
import { checkAttempt } from "./attempts";
import { toAwsCallError, type CallSite } from "./aws-error";
import type { AwsTime } from "./aws-time";
import { Pace, PACE, type Contact, type Timekeeper } from "./pace";

/** Credentials as every SDK client accepts them. */
export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
  readonly expiration?: Date;
}

export type CredentialProvider = () => Promise<Credentials>;

/** The configuration of every client of an account. */
export interface Entry {
  /** @default - the SDK's default provider chain */
  readonly credentials?: CredentialProvider;
  /** The clock for pauses between attempts. @default - the system clock */
  readonly time?: Timekeeper;
  /** @default - AWS counts as reachable */
  readonly contact?: Contact;
  /** Called with the time of every response. @default - not called */
  readonly awsTime?: AwsTime;
}

/** Milliseconds. */
interface Timeouts {
  readonly connectionTimeout: number;
  readonly requestTimeout: number;
  readonly throwOnRequestTimeout: boolean;
}

interface ClientConfig {
  readonly region: string;
  readonly credentials?: CredentialProvider;
  readonly retryStrategy: Pace;
  readonly requestHandler: Timeouts;
  readonly customUserAgent: string;
}

/** The innermost middleware of the SDK's stack. */
const AT_THE_WIRE = { name: "keyferryAtTheWire", step: "deserialize", priority: "low" } as const;
type WirePlace = typeof AT_THE_WIRE;

/** The parts that all SDK clients have in common. */
export interface AnyClient {
  readonly middlewareStack: {
    // The SDK types this by the commands of each client.
    // eslint-disable-next-line @typescript-eslint/no-explicit-any
    add(middleware: any, options: WirePlace): void;
  };
}

type Handler = (args: unknown) => Promise<{ readonly response?: unknown }>;

/**
 * Creates a client as every port uses it: each request is checked at the last moment before it is sent, and each response updates
 * AWS's time.
 * @param more options of this client that differ. @default - none
 */
export function clientOf<C extends AnyClient>(
  Client: new (config: ClientConfig) => C,
  region: string,
  entry: Entry = {},
  more: Partial<Pick<ClientConfig, "retryStrategy" | "requestHandler">> = {},
): C {
  const client = new Client({ ...clientConfig(region, entry), ...more });
  const atTheWire = (next: Handler) => async (args: unknown) => {
    await checkAttempt();
    const answer = await next(args);
    const { headers } = answer.response as { readonly headers?: Readonly<Record<string, string>> };
    entry.awsTime?.hear(headers?.["date"]);
    return answer;
  };
  client.middlewareStack.add(atTheWire, AT_THE_WIRE);
  return client;
}

/**
 * Common settings of all clients: retries with back-off, timeouts in milliseconds, user agent. Each client has its own pace, because
 * AWS throttles by account, Region and service.
 */
function clientConfig(region: string, { credentials, time, contact }: Entry): ClientConfig {
  return {
    region,
    ...(credentials === undefined ? {} : { credentials }),
    retryStrategy: new Pace(time, PACE, contact),
    // Without the last setting the SDK only warns, and a connection that a sleeping laptop has lost hangs forever.
    requestHandler: { connectionTimeout: 5_000, requestTimeout: 60_000, throwOnRequestTimeout: true },
    customUserAgent: "keyferry",
  };
}

/** Runs one SDK call and converts its errors to `AwsCallError`. */
export async function call<T>(site: CallSite, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    // The error of a check that prevented the call is Keyferry's own.
    throw isKeyferryError(error) ? error : toAwsCallError(error, site);
  }
}

/** Creates a value once, at first use: loading an SDK client takes a fifth of a second. */
export function lazily<T>(make: () => T): () => T {
  let made: T | undefined;
  return () => (made ??= make());
}
