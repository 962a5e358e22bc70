import fs from "node:fs";
import path from "node:path";
import { ConfigurationError } from "../../core/errors";
import { readIfPresent } from "../../core/whole-file";
import {
  checkedCopyPlan,
  NO_SETTINGS,
  readSettings,
  reviewStacks,
  type CopyPlan,
  type Review,
  type ReviewSettings,
  type Synthesis,
} from "../../review";
import { readSynthesis } from "../commands/read-synthesis";
import { findRefs, synthesisedAt, synthesisedHere, type Ref, type RefProject } from "../refs";
import type { ProjectOptions } from "./options";
import { projectOf } from "./project";
import { systemWorld } from "./system-world";
import type { World } from "./world";

/** The results of `plan`, or of `keyferry plan --json`, for the topology of each side; both should be made at about the same time. */
export interface CopyPlans {
  readonly base: CopyPlan;
  readonly head: CopyPlan;
}

export interface ReviewOptions {
  /** Severities and exceptions. @default - each rule's own */
  readonly settings?: ReviewSettings;
  /** Plans from which data and cost of copy jobs are compared. @default - not compared, because a synthesis does not contain them */
  readonly copyPlans?: CopyPlans;
}

/**
 * Compares two syntheses: who gains or loses which permission, and what happens to keys, buckets and copies. Makes no AWS calls.
 * @param base,head directories into which the stacks were synthesised, absolute
 * @throws ConfigurationError if one of them has no stacks, or with all problems of the plans
 */
export function review(
  base: string,
  head: string,
  { settings = NO_SETTINGS, copyPlans }: ReviewOptions = {},
): Review {
  const plans = checkedPlans(copyPlans);
  return reviewStacks(
    { ...readSynthesis(base), ...plans.base },
    { ...readSynthesis(head), ...plans.head },
    settings,
  );
}

/** @throws ConfigurationError with all problems of both */
function checkedPlans(plans: CopyPlans | undefined): {
  readonly [side in keyof CopyPlans]: Pick<Synthesis, "copyPlan">;
} {
  if (plans === undefined) return { base: {}, head: {} };
  const base = checkedCopyPlan(plans.base, "copyPlans.base");
  const head = checkedCopyPlan(plans.head, "copyPlans.head");
  const problems = [base, head].flatMap((read) => ("problems" in read ? read.problems : []));
  if ("problems" in base || "problems" in head)
    throw new ConfigurationError(problems, "the plans of the copies");
  return { base: { copyPlan: base.plan }, head: { copyPlan: head.plan } };
}

export interface ReviewRefsOptions extends ProjectOptions {
  /** Severities and exceptions. @default - those of `keyferry.review.json` at the base, so that a change cannot allow itself */
  readonly settings?: ReviewSettings;
  /** Plans from which data and cost of copy jobs are compared. @default - not compared, because a synthesis does not contain them */
  readonly copyPlans?: CopyPlans;
  /** Ends the review; temporary files are removed. @default - never aborted */
  readonly signal?: AbortSignal;
  /** Called with notices for the user, as sentences. @default - no notices */
  readonly onNotice?: (text: string) => void;
}

/** Severities and exceptions of a project. */
export const SETTINGS_FILE = "keyferry.review.json";

/**
 * The same for refs of the project's Git repository, which are synthesised in temporary work trees. This runs their code, with the packages
 * that are installed in the project.
 * @param base,head refs, or directories into which the stacks were synthesised, relative to the project
 * @param head @default - if `base` is a ref, the project's working tree, committed or not; if it is a directory, the last synthesis
 * @param world @default - this machine
 * @throws ConfigurationError if a ref or directory does not exist or has no stacks, or with all problems of the plans
 * @throws KeyferryError `SynthesisFailed` with the project's own report
 * @throws KeyferryError `Interrupted` if it is aborted
 */
export async function reviewRefs(
  base: string,
  head?: string,
  options: ReviewRefsOptions = {},
  world: Pick<World, "env" | "cwd"> = systemWorld,
): Promise<Review> {
  const plans = checkedPlans(options.copyPlans);
  const project = refProjectOf(options, world);
  const isDirectory = (name: string) =>
    fs.statSync(path.resolve(project.directory, name), { throwIfNoEntry: false })?.isDirectory() ?? false;
  const named = [base, ...(head === undefined ? [] : [head])];
  const refs = await findRefs(
    named.filter((name) => !isDirectory(name)),
    project,
  );
  const sideOf = (name: string) => {
    const ref = refs.find((one) => one.name === name);
    return ref === undefined ? sideIn(path.resolve(project.directory, name), project) : sideAt(ref, project);
  };
  const before = await sideOf(base);
  const after =
    head === undefined ? await newest(refs.length > 0, project, options, world) : await sideOf(head);
  return reviewStacks(
    { ...before.synthesis, ...plans.base },
    { ...after.synthesis, ...plans.head },
    options.settings ?? before.settings(),
  );
}

interface Side {
  readonly synthesis: Synthesis;
  /** @throws ConfigurationError if they cannot be read */
  readonly settings: () => ReviewSettings;
}

function sideIn(directory: string, project: RefProject): Side {
  return { synthesis: readSynthesis(directory), settings: settingsIn(project.directory, SETTINGS_FILE) };
}

function sideAt(ref: Ref, project: RefProject): Promise<Side> {
  return synthesisedAt(ref, project, (made) => ({
    synthesis: readSynthesis(made.directory),
    settings: settingsIn(made.project, `${ref.name}:${SETTINGS_FILE}`),
  }));
}

/** What is compared if no head is named. */
function newest(
  isBesideRef: boolean,
  project: RefProject,
  options: ReviewRefsOptions,
  world: Pick<World, "env" | "cwd">,
): Side | Promise<Side> {
  if (!isBesideRef) return sideIn(projectOf(world, options).workspace.synthDir, project);
  return synthesisedHere(project, (made) => ({
    synthesis: readSynthesis(made.directory),
    settings: () => NO_SETTINGS,
  }));
}

/** @param named their name in error messages */
function settingsIn(directory: string, named: string): () => ReviewSettings {
  const text = readIfPresent(path.join(directory, SETTINGS_FILE));
  return () => (text === undefined ? NO_SETTINGS : readSettings(text, named));
}

function refProjectOf(
  { directory = ".", configuration, signal, onNotice }: ReviewRefsOptions,
  { env, cwd }: Pick<World, "env" | "cwd">,
): RefProject {
  const root = path.resolve(cwd, directory);
  const file = configuration ?? (env["KEYFERRY_CONFIG"] || undefined);
  return {
    directory: root,
    env,
    ...(file === undefined ? {} : { configuration: path.resolve(root, file) }),
    ...(signal === undefined ? {} : { signal }),
    ...(onNotice === undefined ? {} : { onNotice }),
  };
}
