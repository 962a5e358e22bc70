import { toAwsCallError, type CallSite } from "./aws-error";
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
}

/**
 * Set in one place for every client: retries with back-off, time-outs in milliseconds, who we are. Each client has a pace
 * of its own, because AWS throttles by account, Region and service.
 */
export function clientConfig(region: string, { credentials, time, contact }: Entry = {}) {
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
    throw toAwsCallError(error, site);
  }
}

/** Makes something at first use, and once: an SDK client costs a fifth of a second to load. */
export function lazily<T>(make: () => T): () => T {
  let made: T | undefined;
  return () => (made ??= make());
}
