import path from "node:path";
import { cachedTerraform, fetchTerraform, PINNED_RELEASE, type TerraformRelease } from "./terraform-release";
import { variable, type Environment } from "./environment";
import { isFile, programsOnPath } from "./files";
import { missing } from "./missing";
import { capture } from "./program";

/** A Terraform with which the project can be deployed. */
export interface Terraform {
  /** Absolute, or a bare name from `KEYFERRY_TERRAFORM`. */
  readonly path: string;
  readonly version: string;
  readonly origin: "KEYFERRY_TERRAFORM" | "PATH" | "cache" | "download";
}

/** The first version in which S3 state locking without DynamoDB is no longer experimental. */
const OLDEST: readonly [major: number, minor: number] = [1, 11];

/**
 * The Terraform to use: the one that `KEYFERRY_TERRAFORM` names; else the first on `PATH` that is new enough; else
 * the pinned release from the cache, which is downloaded if it is missing.
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
    `KEYFERRY_TERRAFORM names ${named}, which ${version === undefined ? "is not a working Terraform" : `is Terraform ${version}`}`,
    `set it to Terraform ${OLDEST.join(".")} or newer, or unset it`,
  );
}

/** The version that a program reports; undefined if it is not a working Terraform. */
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
