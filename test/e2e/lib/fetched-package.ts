/** Programs from the npm registry for tests of the installed package: other versions of Node, other package managers. */
import { execFile } from "node:child_process";
import { mkdirSync } from "node:fs";
import path from "node:path";
import { promisify } from "node:util";

/** Without retries, so that a test is skipped immediately when offline. */
const NPM_PACK = ["pack", "--silent", "--fetch-retries=0", "--fetch-timeout=60000"];

/**
 * Fetches a package without its dependencies.
 * @param name with its version: `pnpm@10.34.9`
 * @param below a directory that the caller removes
 * @param member the only path in it that is unpacked. @default - all are
 * @returns its directory; undefined if npm cannot fetch it, which is reported
 */
export async function fetchedPackage(
  name: string,
  below: string,
  member?: string,
): Promise<string | undefined> {
  const run = promisify(execFile);
  const directory = path.join(below, name);
  mkdirSync(directory, { recursive: true });
  let tarball: string;
  try {
    tarball = (await run("npm", [...NPM_PACK, name], { cwd: directory })).stdout.trim();
  } catch (error) {
    const [said = ""] = (error as { readonly stderr?: string }).stderr?.split("\n") ?? [];
    process.stderr.write(`skipped: npm cannot fetch ${name}: ${said}\n`);
    return undefined;
  }
  const members = member === undefined ? [] : [`package/${member}`];
  await run("tar", ["-xzf", tarball, "--strip-components=1", ...members], { cwd: directory });
  return directory;
}
