import fs from "node:fs";
import path from "node:path";
import { PRIVATE_DIRECTORY } from "../core/whole-file";
import { ConfigurationError, type Problem } from "../core/errors";
import type { Workspace } from "../core/workspace";

type Cloud = Workspace["kind"];

/** File in each directory that synth writes, which names the cloud of the directory. */
const MARKER = ".keyferry-cloud";

/**
 * Refuses directories that belong to the other cloud: a rehearsal never changes files for AWS, and vice versa.
 * Writes nothing.
 * @throws ConfigurationError with every such directory
 */
export function refuseForeign(cloud: Cloud, directories: readonly string[]): void {
  const problems = directories.flatMap((directory): Problem[] => {
    const owner = ownerOf(directory);
    return owner === undefined || owner === cloud ? [] : [foreign(cloud, owner, directory)];
  });
  if (problems.length > 0) throw new ConfigurationError(problems, "the working directories");
}

/** Creates the directories if needed, marks them, and makes them private: Terraform writes its state and plans there. */
export function claim(cloud: Cloud, directories: readonly string[]): void {
  for (const directory of directories) {
    fs.mkdirSync(directory, { recursive: true, mode: PRIVATE_DIRECTORY });
    keepOthersOut(directory);
    fs.writeFileSync(path.join(directory, MARKER), `${cloud}\n`);
  }
}

/** A directory of an earlier version was accessible to other users. A user who does not own it cannot change that, and can continue. */
function keepOthersOut(directory: string): void {
  try {
    fs.chmodSync(directory, PRIVATE_DIRECTORY);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EPERM") throw error;
  }
}

/** Stacks or states without a marker count as AWS's: a mistake then causes a refusal, not damage to an account. */
function ownerOf(directory: string): Cloud | undefined {
  const marker = path.join(directory, MARKER);
  if (fs.existsSync(marker))
    return fs.readFileSync(marker, "utf8").trim() === "rehearsal" ? "rehearsal" : "aws";
  if (!fs.existsSync(directory)) return undefined;
  const filled = fs
    .readdirSync(directory, { recursive: true })
    .some((name) => name === "stacks" || String(name).endsWith(".tfstate"));
  return filled ? "aws" : undefined;
}

function foreign(cloud: Cloud, owner: Cloud, directory: string): Problem {
  return cloud === "rehearsal"
    ? {
        path: directory,
        what: "it belongs to AWS: a rehearsal refuses to touch real state",
        allowed: "a directory of a rehearsal, or an empty one",
        fix: "unset AWS_ENDPOINT_URL to work on AWS, or let `npx keyferry deploy` choose the directory",
      }
    : {
        path: directory,
        what: `it belongs to a ${owner}: its state does not describe resources on AWS`,
        allowed: "a directory for AWS, or an empty one",
        fix: "set AWS_ENDPOINT_URL to continue the rehearsal, or let `npx keyferry deploy` choose the directory",
      };
}
