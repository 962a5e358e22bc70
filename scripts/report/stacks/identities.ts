import type { Topology } from "../../../topology";

type Environment = Readonly<Record<string, string | undefined>>;

/** The identities that Terraform uses: `as role keyferry-deploy with profile ops of AWS_PROFILE, or with profile prod` */
export function terraformIdentities(topology: Topology, env: Environment): string {
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

/** Which of the ambient credentials Terraform finds first. An access key's id is not secret. */
function ambient(env: Environment): string {
  const { AWS_ACCESS_KEY_ID: key, AWS_PROFILE: profile } = env;
  if (key) return `with the credentials of AWS_ACCESS_KEY_ID ${key}`;
  if (profile) return `with profile ${profile} of AWS_PROFILE`;
  return "with the ambient credentials";
}
