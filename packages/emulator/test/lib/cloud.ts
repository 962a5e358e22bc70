import { KMSClient } from "@aws-sdk/client-kms";
import { AssumeRoleCommand, STSClient, type Credentials as IssuedCredentials } from "@aws-sdk/client-sts";
import { createClock, type CloudClock } from "../../clock";
import { composeFrame, type ComposeOptions, type Composition } from "../../compose";
import { control, controlled } from "../../control";
import { dispatch } from "../../dispatch";
import { listen } from "../../server";
import { FakeMoto } from "./fake-moto";

export const SRC = "111111111111";
export const DST = "222222222222";
export const REGION = "eu-west-1";

export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

/** The access key id of an account's administrator is the account's id. */
export function administratorOf(account: string): Credentials {
  return { accessKeyId: account, secretAccessKey: "rehearsal" };
}

/** The credentials that AssumeRole issued, for a client. */
export function credentialsOf(issued: IssuedCredentials | undefined): Credentials {
  return {
    accessKeyId: issued?.AccessKeyId ?? "",
    secretAccessKey: issued?.SecretAccessKey ?? "",
    sessionToken: issued?.SessionToken,
  };
}

export interface ClientSettings {
  readonly endpoint: string;
  readonly region: string;
  readonly credentials: Credentials;
  readonly maxAttempts: number;
}

interface Client {
  destroy(): void;
}

export interface TestCloud {
  readonly url: string;
  readonly clock: CloudClock;
  readonly moto: FakeMoto;
  readonly defects: unknown[];
  readonly composition: Composition;
  /** Calls `/_rehearsal/<path>`; returns the response's JSON, or its bytes. */
  control(method: string, path: string, body?: object | Buffer): Promise<any>;
  kms(credentials: Credentials, region?: string): KMSClient;
  sts(credentials: Credentials): STSClient;
  /** A client of any other service. Every test file that needs a cloud loads what this file imports. */
  client<T extends Client>(Client: new (settings: ClientSettings) => T, credentials: Credentials): T;
  /** A session of the role, assumed by the administrator of the account. */
  session(account: string, roleArn: string): Promise<Credentials>;
  /** Call this after a change to the fake IAM that no request made. */
  forgetIdentities(): void;
  stop(): Promise<void>;
}

/** The rehearsal cloud in this process, on its own port, with a fake backend and a stopped clock. */
export async function startTestCloud(options: ComposeOptions = {}): Promise<TestCloud> {
  const defects: unknown[] = [];
  const moto = new FakeMoto();
  const wall = Date.now();
  const clock = createClock(
    1,
    (error) => defects.push(error),
    () => wall,
  );
  const frame = composeFrame(clock, moto.forward, (error) => defects.push(error), options);
  const about = controlled("1.2.3", { clock, composition: frame, moto: moto.state });
  const server = await listen(
    "127.0.0.1",
    0,
    async (request) => (await control(about, request)) ?? dispatch(frame, request),
  );
  const url = `http://127.0.0.1:${server.port}`;
  const settings = (credentials: Credentials, region = REGION): ClientSettings => ({
    endpoint: url,
    region,
    credentials,
    maxAttempts: 1,
  });
  const clients: Client[] = [];
  const keep = <T extends Client>(client: T): T => {
    clients.push(client);
    return client;
  };
  const sts = (credentials: Credentials) => keep(new STSClient(settings(credentials)));
  return {
    url,
    clock,
    moto,
    defects,
    composition: frame,
    async control(method, path, body) {
      const sent = body === undefined || Buffer.isBuffer(body) ? body : JSON.stringify(body);
      const answer = await fetch(`${url}/_rehearsal/${path}`, { method, body: sent as RequestInit["body"] });
      const bytes = Buffer.from(await answer.arrayBuffer());
      const isJson = answer.headers.get("content-type") === "application/json";
      return isJson ? { status: answer.status, ...JSON.parse(bytes.toString()) } : bytes;
    },
    kms: (credentials, region) => keep(new KMSClient(settings(credentials, region))),
    client: (Client, credentials) => keep(new Client(settings(credentials))),
    sts,
    async session(account, roleArn) {
      const input = { RoleArn: roleArn, RoleSessionName: "test" };
      const { Credentials: issued } = await sts(administratorOf(account)).send(new AssumeRoleCommand(input));
      return credentialsOf(issued);
    },
    forgetIdentities: () => frame.cloud.identities.forget(),
    async stop() {
      for (const client of clients) client.destroy();
      clock.stop();
      await server.close();
    },
  };
}

/** A policy of one statement. */
export function policy(statement: object): {
  readonly Version: string;
  readonly Statement: readonly object[];
} {
  return { Version: "2012-10-17", Statement: [{ Effect: "Allow", ...statement }] };
}

/** The trust policy that allows an account's principals, as far as the account's IAM allows them. */
export function trusting(account: string, condition?: object): object {
  return policy({
    Principal: { AWS: `arn:aws:iam::${account}:root` },
    Action: "sts:AssumeRole",
    ...(condition === undefined ? {} : { Condition: condition }),
  });
}
