import { variable, type Environment } from "./environment";
import { findProvider, providerVariables, type ProviderSource } from "./provider";
import { provideTerraform, type Terraform } from "./terraform";

/** Terraform, its provider, and the environment in which both are found. */
export interface TerraformParts {
  readonly terraform: Terraform;
  readonly provider: ProviderSource;
  /** The complete environment for Terraform and for the framework's tool. */
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** Turns off checks for new versions and telemetry. */
const QUIET = { CHECKPOINT_DISABLE: "1", DISABLE_VERSION_CHECK: "1" };

/**
 * Finds or downloads Terraform, finds the AWS provider, and returns the environment in which to run them.
 *
 * @throws KeyferryError `TerraformMissing` and others of `provideTerraform` and `findProvider`
 */
export async function terraformParts(environment: Environment): Promise<TerraformParts> {
  const terraform = await provideTerraform(environment);
  const provider = findProvider(environment);
  const env = {
    ...environment.env,
    ...QUIET,
    ...pluginCache(environment),
    ...providerVariables(environment, provider),
    TERRAFORM_BINARY_NAME: terraform.path,
  };
  return { terraform, provider, env };
}

/** The framework's tool turns on Terraform's plugin cache, which parallel `init`s corrupt; a cache that the user set is kept. */
function pluginCache(environment: Environment): Readonly<Record<string, string>> {
  return variable(environment, "TF_PLUGIN_CACHE_DIR") === undefined
    ? { CDKTF_DISABLE_PLUGIN_CACHE_ENV: "1" }
    : {};
}
