import { isKeyferryError } from "../../core/errors";
import { checkAttempt } from "./attempts";
import { toAwsCallError, type CallSite } from "./aws-error";
import type { AwsTime } from "./aws-time";
import { Pace, PACE, type Contact, type Timekeeper } from "./pace";

/** Credentials as every SDK client takes them. */
export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
  readonly expiration?: Date;
}

export type CredentialProvider = () => Promise<Credentials>;

/** What every client of an account is made with. */
export interface Entry {
  /** @default - the SDK's own search */
  readonly credentials?: CredentialProvider;
  /** What pauses between attempts are measured by. @default - the wall's time */
  readonly time?: Timekeeper;
  /** @default - AWS counts as reached */
  readonly contact?: Contact;
  /** Told the time of every answer. @default - nobody is */
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

/** Inside of everything else that the SDK does with a request. */
const AT_THE_WIRE = { name: "keyferryAtTheWire", step: "deserialize", priority: "low" } as const;
type WirePlace = typeof AT_THE_WIRE;

/** As much of any SDK client as all of them have. */
export interface AnyClient {
  readonly middlewareStack: {
    // The SDK types this by the commands of each client.
    // eslint-disable-next-line @typescript-eslint/no-explicit-any
    add(middleware: any, options: WirePlace): void;
  };
}

type Handler = (args: unknown) => Promise<{ readonly response?: unknown }>;

/**
 * A client as every port uses it: each of its requests is checked at the last moment before it is sent, and each answer
 * tells AWS's time.
 * @param more what this client is to have otherwise. @default - nothing
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
 * Set in one place for every client: retries with back-off, time-outs in milliseconds, who we are. Each client has a pace
 * of its own, because AWS throttles by account, Region and service.
 */
function clientConfig(region: string, { credentials, time, contact }: Entry): ClientConfig {
  return {
    region,
    ...(credentials === undefined ? {} : { credentials }),
    retryStrategy: new Pace(time, PACE, contact),
    // Without the last the SDK only warns, and a connection that a sleeping laptop has lost hangs for ever.
    requestHandler: { connectionTimeout: 5_000, requestTimeout: 60_000, throwOnRequestTimeout: true },
    customUserAgent: "keyferry",
  };
}

/** Runs one SDK call; its errors come out in our shape. */
export async function call<T>(site: CallSite, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    // What keeps a call from being sent is ours.
    throw isKeyferryError(error) ? error : toAwsCallError(error, site);
  }
}

/** Makes something at first use, and once: an SDK client costs a fifth of a second to load. */
export function lazily<T>(make: () => T): () => T {
  let made: T | undefined;
  return () => (made ??= make());
}
