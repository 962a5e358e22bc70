import type { Workspace } from "../../../core/workspace";
import type { Topology } from "../../../topology";

/** What a command works on. */
export interface Whereabouts {
  readonly workspace: Workspace;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly topology: Topology;
  /** As the user would name it. */
  readonly config: string;
}

/** In one line: AWS or a rehearsal, which topology from which file, and as whom Terraform works. */
export function whereText({ workspace, env, topology, config }: Whereabouts): string {
  const cloud = workspace.kind === "aws" ? "AWS" : `rehearsal at ${env["AWS_ENDPOINT_URL"] ?? ""}`;
  return `${cloud}; topology ${topology.name} of ${config}; ${identities(topology, env)}`;
}

/** `as role keyferry-deploy of each account, with profile ops (AWS_PROFILE)` */
function identities(topology: Topology, env: Whereabouts["env"]): string {
  const ways = new Set(
    topology.accounts.map(({ deployRole, profile }) =>
      [
        ...(deployRole === undefined ? [] : [`as role ${deployRole}`]),
        profile === undefined ? ambient(env) : `with profile ${profile}`,
      ].join(" "),
    ),
  );
  return [...ways].join(", or ");
}

/** Which of the ambient credentials Terraform finds first. An access key's id is no secret. */
function ambient(env: Whereabouts["env"]): string {
  const { AWS_ACCESS_KEY_ID: key, AWS_PROFILE: profile } = env;
  if (key) return `with the credentials of AWS_ACCESS_KEY_ID ${key}`;
  if (profile) return `with profile ${profile} of AWS_PROFILE`;
  return "with the ambient credentials";
}
