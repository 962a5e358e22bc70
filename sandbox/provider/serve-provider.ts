import {
  constants,
  createServer,
  type ClientHttp2Session,
  type Http2Session,
  type IncomingHttpHeaders,
  type OutgoingHttpHeaders,
  type ServerHttp2Stream,
} from "node:http2";
import type { AddressInfo } from "node:net";
import { PROVIDER_ADDRESS } from "../../setup/provider-layout";
import { DeclaredTypes } from "./declared-types";
import {
  installedProvider,
  SESSION_MEMORY_MB,
  startProvider,
  type ProviderProcess,
} from "./provider-process";
import { cutSchema } from "./schema-cut";

/** The AWS provider, started once for many commands of Terraform. */
export interface ProviderServer {
  /** Environment variables with which Terraform uses it instead of starting its own. */
  readonly env: Readonly<Record<string, string>>;
  stop(): void;
}

const SCHEMA = "/tfplugin5.Provider/GetSchema";
const CONFIGURE = "/tfplugin5.Provider/Configure";
const STOP = "/tfplugin5.Provider/Stop";
/** Services that go-plugin requires of every plugin: only the process that started it may stop it; the others are optional. */
const GO_PLUGIN = /^\/plugin\.GRPC/;
const SHUTDOWN = "/plugin.GRPCController/Shutdown";

const OK = "0";
const UNIMPLEMENTED = "12";
const GRPC = { ":status": 200, "content-type": "application/grpc" };
/** A frame of gRPC: whether it is compressed, and its length. */
const FRAME_HEADER = 5;

/**
 * Serves the AWS provider to every Terraform process of an environment, by `TF_REATTACH_PROVIDERS`, as HashiCorp's own
 * acceptance tests run one provider for many commands. Starting the provider takes a second of processor time for every Region
 * of every command. Its schema of 1,500 resources, which Terraform reads and decodes at every command, takes five seconds:
 * it is cut to the types that the stacks declare.
 *
 * Terraform treats a connection as a provider process: from the moment at which it configures the provider, a connection has a
 * process to itself. The next user of that process configures it again.
 * @param env environment, also of the provider, with its endpoint and credentials
 * @param directory where the provider may be installed
 * @param configurations the directory of Terraform's configurations, each of which exists before a command uses it
 */
export async function serveProvider(
  env: NodeJS.ProcessEnv,
  directory: string,
  configurations: string,
): Promise<ProviderServer> {
  const pool = new Pool(env, directory, new DeclaredTypes(configurations));
  const server = createServer({ maxSessionMemory: SESSION_MEMORY_MB });
  const connections = new Map<Http2Session, Connection>();
  server.on("session", (session) => {
    const connection = new Connection(pool);
    connections.set(session, connection);
    session.on("error", () => undefined);
    session.on("close", () => {
      connections.delete(session);
      connection.close();
    });
  });
  server.on("stream", (stream, headers) => {
    stream.on("error", () => undefined);
    const connection = stream.session && connections.get(stream.session);
    if (!connection) return stream.close(constants.NGHTTP2_CANCEL);
    connection.serve(stream, headers).catch(() => stream.close(constants.NGHTTP2_INTERNAL_ERROR));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  // `Test` tells Terraform not to stop the process, which is this one.
  const reattach = {
    Protocol: "grpc",
    ProtocolVersion: 5,
    Pid: process.pid,
    Test: true,
    Addr: { Network: "tcp", String: address },
  };
  return {
    env: { TF_REATTACH_PROVIDERS: JSON.stringify({ [PROVIDER_ADDRESS]: reattach }) },
    stop() {
      for (const session of connections.keys()) session.destroy();
      server.close();
      pool.stop();
    },
  };
}

class Pool {
  private program: Promise<string> | undefined;
  private shared: Promise<ProviderProcess> | undefined;
  /** The provider's schema response. */
  private schema: Promise<Buffer> | undefined;
  private readonly idle: ProviderProcess[] = [];
  private readonly running = new Set<ProviderProcess>();

  constructor(
    private readonly env: NodeJS.ProcessEnv,
    private readonly directory: string,
    private readonly declared: DeclaredTypes,
  ) {}

  /** A provider that is not configured: calls before that have the same result for all users. */
  unconfigured(): Promise<ProviderProcess> {
    return (this.shared ??= this.start());
  }

  /** The schema response, cut to the declared types. */
  async knownSchema(): Promise<Buffer> {
    const types = this.declared.known();
    this.schema ??= this.unconfigured().then(({ session }) => schemaOf(session));
    return framed(cutSchema(await this.schema, (name) => types.has(name)));
  }

  async take(): Promise<ProviderProcess> {
    return this.idle.pop() ?? this.start();
  }

  giveBack(provider: ProviderProcess): void {
    this.idle.push(provider);
  }

  end(provider: ProviderProcess): void {
    this.running.delete(provider);
    provider.stop();
  }

  stop(): void {
    for (const provider of this.running) provider.stop();
  }

  private async start(): Promise<ProviderProcess> {
    const provider = await startProvider(
      await (this.program ??= installedProvider(this.env, this.directory)),
      this.env,
    );
    this.running.add(provider);
    return provider;
  }
}

class Connection {
  private own: Promise<ProviderProcess> | undefined;
  private isStopped = false;

  constructor(private readonly pool: Pool) {}

  async serve(stream: ServerHttp2Stream, headers: IncomingHttpHeaders): Promise<void> {
    const called = headers[":path"] ?? "";
    if (GO_PLUGIN.test(called)) return answer(stream, called === SHUTDOWN ? OK : UNIMPLEMENTED);
    if (called === SCHEMA) return answer(stream, OK, await this.pool.knownSchema());
    if (called === CONFIGURE) this.own ??= this.pool.take();
    if (called === STOP) this.isStopped = true;
    const { session } = await (this.own ?? this.pool.unconfigured());
    stream.on("aborted", () => (this.isStopped = true));
    forward(stream, headers, session);
  }

  /** Whether a process must not be used again: one that was told to stop may keep that state, and one whose caller has disconnected may still be working. */
  close(): void {
    void this.own?.then((provider) =>
      this.isStopped ? this.pool.end(provider) : this.pool.giveBack(provider),
    );
  }
}

function answer(stream: ServerHttp2Stream, status: string, message?: Buffer): void {
  if (message === undefined && status !== OK) {
    stream.respond({ ...GRPC, "grpc-status": status }, { endStream: true });
    return;
  }
  stream.respond(GRPC, { waitForTrailers: true });
  stream.on("wantTrailers", () => stream.sendTrailers({ "grpc-status": status }));
  stream.end(message ?? framed(Buffer.alloc(0)));
}

/** Forwards a call and its response, frame by frame. */
function forward(stream: ServerHttp2Stream, headers: IncomingHttpHeaders, session: ClientHttp2Session): void {
  const call = session.request({ ...withoutPseudo(headers), ":method": "POST", ":path": headers[":path"] });
  let trailers: OutgoingHttpHeaders = {};
  call.on("response", (answered, flags) => {
    const endStream = (flags & constants.NGHTTP2_FLAG_END_STREAM) !== 0;
    const own = { ...withoutPseudo(answered), ":status": answered[":status"] };
    stream.respond(own, endStream ? { endStream } : { waitForTrailers: true });
  });
  call.on("trailers", (given) => (trailers = withoutPseudo(given)));
  call.on("error", () => stream.close(constants.NGHTTP2_INTERNAL_ERROR));
  stream.on("wantTrailers", () => stream.sendTrailers(trailers));
  stream.on("aborted", () => call.close(constants.NGHTTP2_CANCEL));
  stream.pipe(call);
  call.pipe(stream);
}

function withoutPseudo(headers: IncomingHttpHeaders): OutgoingHttpHeaders {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !name.startsWith(":")));
}

async function schemaOf(session: ClientHttp2Session): Promise<Buffer> {
  const call = session.request({
    ":method": "POST",
    ":path": SCHEMA,
    "content-type": "application/grpc",
    te: "trailers",
  });
  call.end(framed(Buffer.alloc(0)));
  const chunks: Buffer[] = [];
  for await (const chunk of call) chunks.push(chunk as Buffer);
  const whole = Buffer.concat(chunks);
  if (whole.length <= FRAME_HEADER || whole[0] !== 0) throw new TypeError("the provider returned no schema");
  return whole.subarray(FRAME_HEADER);
}

function framed(message: Buffer): Buffer {
  const header = Buffer.alloc(FRAME_HEADER);
  header.writeUInt32BE(message.length, 1);
  return Buffer.concat([header, message]);
}
