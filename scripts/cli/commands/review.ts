import fs from "node:fs";
import path from "node:path";
import { ConfigurationError, type Problem } from "../../../core/errors";
import { workspace } from "../../../core/workspace";
import {
  githubOf,
  isBlocked,
  jsonOf,
  markdownOf,
  NO_SETTINGS,
  parseReview,
  readPlans,
  readSettings,
  reviewStacks,
  sarifOf,
  textOf,
  type Review,
  type ReviewSettings,
  type StackFiles,
} from "../../../review";
import { readSynthesised } from "../../commands/read-synthesised";
import { hanging } from "../../report/wrap";
import { EXIT } from "../exit-codes";
import type { Host } from "../host";
import { readText } from "../read-text";
import { tellNowhere } from "../whereabouts";
import { widthOf } from "../width";

export const REVIEW_FORMATS = ["text", "markdown", "json", "sarif", "github"] as const;

export type ReviewFormat = (typeof REVIEW_FORMATS)[number];

export interface ReviewOptions {
  /** Severities and exceptions, relative to the working directory. */
  readonly settings?: string;
  /** Plans as `terraform show -json` prints them, in place of two syntheses. */
  readonly plan?: readonly string[];
  /** A review's JSON, to be shown in another format. */
  readonly from?: string;
  readonly format?: ReviewFormat;
  readonly json?: boolean;
}

/**
 * `keyferry review`: who gains or loses which right, and what happens to keys, buckets and copies, between two syntheses.
 * Makes no AWS calls and needs no credentials.
 * @param base,head directories of syntheses; the head is, unless it is named, what was synthesised last here
 * @returns 1 where a finding blocks
 * @throws ConfigurationError for whatever cannot be read
 */
export function reviewCommand(
  host: Host,
  base: string | undefined,
  head: string | undefined,
  options: ReviewOptions,
): Promise<number> {
  const format = options.json === true ? "json" : (options.format ?? "text");
  refuseContradictions(base, options);
  tellNowhere(host, "two syntheses", { json: format !== "text" });
  const review = reviewOf(host, base, head, options);
  host.out(written(host, review, format));
  return Promise.resolve(isBlocked(review) ? EXIT.failed : EXIT.done);
}

/** @throws ConfigurationError */
function refuseContradictions(
  base: string | undefined,
  { plan, from, settings, json, format }: ReviewOptions,
) {
  const given = [base !== undefined, plan !== undefined, from !== undefined].filter(Boolean).length;
  const problems: Problem[] = [];
  if (given !== 1) {
    problems.push({
      path: "what is reviewed",
      what: given === 0 ? "nothing is named" : "it is named in more than one way",
      allowed: "keyferry review BASE [HEAD], keyferry review --plan FILES, or keyferry review --from FILE",
    });
  }
  if (from !== undefined && settings !== undefined) {
    problems.push({
      path: "--settings",
      what: "a review that was written has its severities already",
      fix: "leave it out",
    });
  }
  if (json === true && format !== undefined && format !== "json") {
    problems.push({ path: "--format", what: "--json asks for another format", fix: "leave one of them out" });
  }
  if (problems.length > 0) throw new ConfigurationError(problems, "the options");
}

function reviewOf(
  host: Host,
  base: string | undefined,
  head: string | undefined,
  { plan, from, settings }: ReviewOptions,
): Review {
  if (from !== undefined) return readReview(host, from);
  const chosen = settingsOf(host, settings);
  if (plan !== undefined) return reviewPlans(host, plan, chosen);
  const after = head ?? workspace(host.env, host.cwd).synthDir;
  return reviewStacks(synthesised(host, base ?? ""), synthesised(host, after), chosen);
}

function synthesised(host: Host, directory: string): StackFiles {
  return readSynthesised(path.resolve(host.cwd, directory)) as StackFiles;
}

function reviewPlans(host: Host, files: readonly string[], settings: ReviewSettings): Review {
  const plans = files.map((file) => ({
    stack: file === "-" ? "standard input" : path.basename(file, ".json"),
    text: readText(host, file, "the plan"),
  }));
  const { base, head, problems } = readPlans(plans);
  if (problems.length > 0) throw new ConfigurationError(problems, "the plans");
  return reviewStacks(base, head, settings);
}

function readReview(host: Host, file: string): Review {
  const parsed = parseReview(readText(host, file, "the review"));
  if ("problems" in parsed) {
    const problems = parsed.problems.map(({ path: at, what }) => ({ path: at === "" ? file : at, what }));
    throw new ConfigurationError(problems, "the review");
  }
  return parsed.review;
}

const SETTINGS_FILE = "keyferry.review.json";

function settingsOf(host: Host, named: string | undefined): ReviewSettings {
  const file = named ?? SETTINGS_FILE;
  if (named === undefined && !fs.existsSync(path.resolve(host.cwd, file))) return NO_SETTINGS;
  return readSettings(readText(host, file, "the review's settings"), file);
}

function written(host: Host, review: Review, format: ReviewFormat): string {
  switch (format) {
    case "text":
      return hanging(textOf(review), widthOf(host).columns);
    case "markdown":
      return markdownOf(review).trimEnd();
    case "json":
      return jsonOf(review).trimEnd();
    case "sarif":
      return sarifOf(review).trimEnd();
    case "github":
      return githubOf(review);
  }
}
