import path from "node:path";
import { cachedTerraform, fetchTerraform, PINNED_RELEASE, type TerraformRelease } from "./terraform-release";
import { variable, type Environment } from "./environment";
import { isFile, programsOnPath } from "./files";
import { missing } from "./missing";
import { capture } from "./program";

/** A Terraform that the project can be deployed with. */
export interface Terraform {
  /** Absolute, or a bare name that `KEYFERRY_TERRAFORM` gives. */
  readonly path: string;
  readonly version: string;
  readonly origin: "KEYFERRY_TERRAFORM" | "PATH" | "cache" | "download";
}

/** S3 state locking without DynamoDB is there for good from this version on. */
const OLDEST: readonly [major: number, minor: number] = [1, 11];

/**
 * The Terraform to use: the one that `KEYFERRY_TERRAFORM` names; else the first on `PATH` that is new enough; else
 * the pinned release from the cache, which is fetched where it is absent.
 *
 * @throws KeyferryError `TerraformMissing`, `TerraformUnusable`, `TerraformChecksumWrong`
 */
export async function provideTerraform(
  environment: Environment,
  release: TerraformRelease = PINNED_RELEASE,
): Promise<Terraform> {
  const named = variable(environment, "KEYFERRY_TERRAFORM");
  if (named !== undefined) {
    const isBareName = path.basename(named) === named;
    return namedTerraform(environment, isBareName ? named : path.resolve(environment.cwd, named));
  }
  for (const found of programsOnPath(environment, ["terraform"])) {
    const version = await versionOf(environment, found);
    if (version !== undefined && isNewEnough(version)) return { path: found, version, origin: "PATH" };
  }
  const cached = cachedTerraform(environment, release);
  if (isFile(cached)) return { path: cached, version: release.version, origin: "cache" };
  return { path: await fetchTerraform(environment, release), version: release.version, origin: "download" };
}

async function namedTerraform(environment: Environment, named: string): Promise<Terraform> {
  const version = await versionOf(environment, named);
  if (version !== undefined && isNewEnough(version))
    return { path: named, version, origin: "KEYFERRY_TERRAFORM" };
  throw missing(
    "TerraformUnusable",
    `KEYFERRY_TERRAFORM names ${named}, which ${version === undefined ? "does not work as Terraform" : `is Terraform ${version}`}`,
    `let it name Terraform ${OLDEST.join(".")} or newer, or unset it`,
  );
}

/** The version that a program says it is; undefined when it does not work as Terraform. */
async function versionOf({ env, cwd }: Environment, program: string): Promise<string | undefined> {
  const answer = await capture(program, ["version", "-json"], {
    env: { ...env, CHECKPOINT_DISABLE: "1" },
    cwd,
  });
  return /"terraform_version":\s*"([^"]+)"/.exec(answer.stdout)?.[1];
}

function isNewEnough(version: string): boolean {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  return major > OLDEST[0] || (major === OLDEST[0] && minor >= OLDEST[1]);
}
