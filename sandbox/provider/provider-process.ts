import { spawn } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { connect as connectHttp2, type ClientHttp2Session } from "node:http2";
import { connect, type TcpNetConnectOpts } from "node:net";
import os from "node:os";
import path from "node:path";
import { createInterface } from "node:readline";
import { KeyferryError } from "../../core/errors";
import { hashicorpPlatform, hostEnvironment } from "../../setup/environment";
import { PROVIDER_ADDRESS } from "../../setup/provider-layout";
import { providerVersion } from "../../setup/provider-version";
import { run } from "../../setup/program";
import { terraformParts } from "../../setup/terraform-variables";

/** A running AWS provider that is not configured yet or is no longer used. */
export interface ProviderProcess {
  /** Connection for gRPC. */
  readonly session: ClientHttp2Session;
  stop(): void;
}

/** Variables that Terraform sets for a provider that it starts. Source: HashiCorp's go-plugin, and Terraform's `plugin5.Handshake`. */
const HANDSHAKE = {
  TF_PLUGIN_MAGIC_COOKIE: "d602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2",
  PLUGIN_PROTOCOL_VERSIONS: "5",
};
/** With a bundle of certificates the provider cannot be configured a second time; a rehearsal cloud speaks plain HTTP. */
const WITHOUT_BUNDLE = { AWS_CA_BUNDLE: undefined };
/** go-plugin's first line: its own version, the provider's protocol version, network and address, and the protocol there. */
const LISTENING = /^1\|5\|(unix|tcp)\|([^|]+)\|grpc/;

/** The schema of the AWS provider is about 20 MB. */
export const SESSION_MEMORY_MB = 512;

/**
 * Path of the provider that Terraform installs in an environment.
 * @param directory where it may be installed
 * @throws KeyferryError if Terraform or the provider is not available, or `terraform init` fails
 */
export async function installedProvider(env: NodeJS.ProcessEnv, directory: string): Promise<string> {
  const environment = { ...hostEnvironment(), env };
  const { terraform, env: forTerraform } = await terraformParts(environment);
  const cwd = mkdtempSync(path.join(directory, "provider-"));
  const version = providerVersion(environment);
  const aws = { source: PROVIDER_ADDRESS, version };
  const configuration = { terraform: { required_providers: { aws } } };
  writeFileSync(path.join(cwd, "main.tf.json"), JSON.stringify(configuration));
  // `ProgramFailed` quotes its output.
  await run(terraform.path, ["init", "-no-color"], { cwd, env: forTerraform, onOutput: () => undefined });
  const installed = path.join(
    cwd,
    ".terraform/providers",
    PROVIDER_ADDRESS,
    version,
    hashicorpPlatform(environment),
  );
  const program = readdirSync(installed).find((name) => name.startsWith("terraform-provider-aws"));
  if (program === undefined) throw unstartable(`terraform init has left no provider in ${installed}`);
  return path.join(installed, program);
}

/** Starts a provider in an environment that contains its endpoint and credentials. */
export async function startProvider(program: string, env: NodeJS.ProcessEnv): Promise<ProviderProcess> {
  // The path of a socket must be short.
  const sockets = mkdtempSync(path.join(os.tmpdir(), "kp-"));
  const child = spawn(program, [], {
    env: { ...env, ...HANDSHAKE, ...WITHOUT_BUNDLE, PLUGIN_UNIX_SOCKET_DIR: sockets },
    stdio: ["ignore", "pipe", "ignore"],
  });
  const address = await new Promise<string | TcpNetConnectOpts>((resolve, reject) => {
    createInterface({ input: child.stdout }).on("line", (line) => {
      const [, network, listening] = LISTENING.exec(line) ?? [];
      if (listening !== undefined) resolve(network === "tcp" ? tcp(listening) : listening);
    });
    child.once("error", reject);
    child.once("exit", (code) =>
      reject(unstartable(`the AWS provider ended with ${String(code)} before it listened`)),
    );
  });
  const session = connectHttp2("http://localhost", {
    createConnection: () => (typeof address === "string" ? connect(address) : connect(address)),
    maxSessionMemory: SESSION_MEMORY_MB,
  });
  // The users of the connection get the error from their stream.
  session.on("error", () => undefined);
  return {
    session,
    stop() {
      session.destroy();
      child.kill("SIGKILL");
      rmSync(sockets, { recursive: true, force: true });
    },
  };
}

/** Address of a provider on a system without Unix sockets. */
function tcp(address: string): TcpNetConnectOpts {
  const { hostname, port } = new URL(`tcp://${address}`);
  return { host: hostname, port: Number(port) };
}

function unstartable(what: string): KeyferryError {
  return new KeyferryError(what, { code: "ProviderNotStarted", source: "tool" });
}
