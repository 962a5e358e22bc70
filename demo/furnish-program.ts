import { ListRolesCommand } from "@aws-sdk/client-iam";
import { refuseWrongEndpoint, workspace } from "../core/workspace";
import { ConfigurationError, KeyferryError } from "../core/errors";
import { loadTopology } from "../scripts/cli/load-config";
import { systemHost } from "../scripts/cli/system-host";
import { administrator } from "./clients";
import { furnish } from "./furnish";

/**
 * `keyferry furnish`: creates in a rehearsal cloud the resources that a topology expects to exist before Keyferry is used.
 * @param configuration where the topology is declared. @default - keyferry.config.ts
 * @throws ConfigurationError if the environment names no rehearsal cloud
 */
export async function runFurnish(configuration?: string): Promise<void> {
  const { env, cwd } = systemHost;
  refuseWrongEndpoint(env);
  const endpoint = env["AWS_ENDPOINT_URL"] ?? "";
  if (workspace(env, cwd).kind !== "rehearsal") {
    throw new ConfigurationError(
      [
        {
          path: "AWS_ENDPOINT_URL",
          what: "it names no rehearsal cloud, and furnish does not change accounts of AWS",
          fix: "npx keyferry sandbox, then export what it prints",
        },
      ],
      "the environment",
    );
  }
  const topology = loadTopology(systemHost, configuration);
  await reach(endpoint, topology.operator.id);
  await furnish(endpoint, topology, (line) => console.log(line));
  if (env["AWS_ACCESS_KEY_ID"] !== topology.operator.id) {
    console.log(
      `\nRun Keyferry with the credentials of ${topology.operator.name}:\n  export AWS_ACCESS_KEY_ID=${topology.operator.id}`,
    );
  }
}

/** @throws KeyferryError when nothing answers there */
async function reach(endpoint: string, account: string): Promise<void> {
  try {
    await administrator(endpoint, account, "us-east-1").iam.send(new ListRolesCommand({ MaxItems: 1 }));
  } catch (cause) {
    throw new KeyferryError(`no rehearsal cloud answers at ${endpoint}`, {
      code: "RehearsalUnreachable",
      source: "user",
      fix: "npx keyferry sandbox, then export what it prints",
      cause,
    });
  }
}
