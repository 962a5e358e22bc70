import { createHash, randomUUID } from "node:crypto";
import { mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { cacheDir, executableName, hashicorpPlatform, variable, type Environment } from "./environment";
import { missing, rootCause } from "./missing";
import checksums from "./terraform-checksums.json";
import { readZipEntry } from "./zip";

/** The release that set-up downloads if there is no Terraform, and the SHA-256 of its archive per platform. */
export interface TerraformRelease {
  readonly version: string;
  readonly sha256: Readonly<Record<string, string>>;
}

/** The sums are those of HashiCorp's `terraform_<version>_SHA256SUMS`. */
export const PINNED_RELEASE: TerraformRelease = checksums;

const OFFICIAL_BASE_URL = "https://releases.hashicorp.com/terraform";
const DOWNLOAD_TIMEOUT_MS = 600_000;
const HOW =
  "install Terraform 1.11 or newer and put it on PATH, or name it in KEYFERRY_TERRAFORM, or name a mirror of HashiCorp's releases in KEYFERRY_TERRAFORM_BASE_URL";

/** Absolute path of the downloaded release. */
export function cachedTerraform(environment: Environment, release: TerraformRelease): string {
  const platform = hashicorpPlatform(environment);
  return path.join(
    cacheDir(environment),
    "terraform",
    release.version,
    platform,
    executableName(environment, "terraform"),
  );
}

/**
 * Downloads the release into the cache and returns its path. Nothing is written before the archive's checksum is
 * verified, and the program gets its final name only when it is complete.
 *
 * @throws KeyferryError `TerraformMissing`, `TerraformChecksumWrong`
 */
export async function fetchTerraform(environment: Environment, release: TerraformRelease): Promise<string> {
  const platform = hashicorpPlatform(environment);
  const expected = release.sha256[platform];
  if (expected === undefined) {
    const known = Object.keys(release.sha256).join(", ");
    throw missing(
      "TerraformMissing",
      `there is no Terraform on this machine, and none can be downloaded: the repository has no checksum for ${platform}, only for ${known}`,
      HOW,
    );
  }
  const base = (variable(environment, "KEYFERRY_TERRAFORM_BASE_URL") ?? OFFICIAL_BASE_URL).replace(
    /\/+$/,
    "",
  );
  const url = `${base}/${release.version}/terraform_${release.version}_${platform}.zip`;
  const archive = await download(url);
  const actual = createHash("sha256").update(archive).digest("hex");
  if (actual !== expected) {
    throw missing(
      "TerraformChecksumWrong",
      `the Terraform downloaded from ${url} was discarded: its SHA-256 is ${actual}, but must be ${expected}`,
      HOW,
    );
  }
  const target = cachedTerraform(environment, release);
  writeProgram(target, await readZipEntry(archive, executableName(environment, "terraform")));
  return target;
}

async function download(url: string): Promise<Buffer> {
  let why: string;
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(DOWNLOAD_TIMEOUT_MS) });
    if (response.ok) return Buffer.from(await response.arrayBuffer());
    await response.body?.cancel();
    why = `the server returned ${response.status} ${response.statusText}`.trim();
  } catch (error) {
    why = rootCause(error);
  }
  throw missing(
    "TerraformMissing",
    `there is no Terraform on this machine, and ${url} cannot be downloaded: ${why}`,
    HOW,
  );
}

function writeProgram(target: string, content: Buffer): void {
  mkdirSync(path.dirname(target), { recursive: true });
  const partial = `${target}.${randomUUID()}`;
  try {
    writeFileSync(partial, content, { mode: 0o755 });
    renameSync(partial, target);
  } finally {
    rmSync(partial, { force: true });
  }
}
