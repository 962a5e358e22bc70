import fs from "node:fs";
import path from "node:path";
import { ConfigurationError, type Problem } from "../../../core/errors";
import {
  githubOf,
  isBlocked,
  jsonOf,
  MARKER,
  markdownOf,
  NO_SETTINGS,
  parseCopyPlan,
  parseReview,
  readPlans,
  readSettings,
  reviewStacks,
  sarifOf,
  textOf,
  type Review,
  type ReviewSettings,
} from "../../../review";
import { reviewRefs, SETTINGS_FILE, type CopyPlans } from "../../api/review";
import { postComment, readWorkflow, tellSteps, type Posted } from "../../github";
import { hanging } from "../../report/wrap";
import { EXIT } from "../exit-codes";
import type { Host } from "../host";
import { readText } from "../read-text";
import { interruptible } from "../stacks/interrupts";
import { tellNowhere } from "../whereabouts";
import { widthOf } from "../width";

export const REVIEW_FORMATS = ["text", "markdown", "json", "sarif", "github"] as const;

export type ReviewFormat = (typeof REVIEW_FORMATS)[number];

export interface ReviewOptions {
  /** Severities and exceptions, relative to the working directory. */
  readonly settings?: string;
  /** Plans as `terraform show -json` prints them, in place of two syntheses. */
  readonly plan?: readonly string[];
  /** What `keyferry plan --json` has written for the topology of each side; `-` reads standard input. */
  readonly copiesBase?: string;
  readonly copiesHead?: string;
  /** A review's JSON, to be shown in another format. */
  readonly from?: string;
  readonly format?: ReviewFormat;
  readonly json?: boolean;
  /** Posts it to the pull request that the job of GitHub Actions is about. */
  readonly comment?: boolean;
  /** The topology's file, of which refs have their own. */
  readonly config?: string;
}

/**
 * `keyferry review`: who gains or loses which right, and what happens to keys, buckets and copies, between two syntheses.
 * Makes no AWS calls and needs no credentials.
 * @param base,head directories of syntheses, or refs of the project's Git repository; without a head, see `reviewRefs`
 * @returns 1 where a finding blocks
 * @throws ConfigurationError for whatever cannot be read
 * @throws KeyferryError `CommentNotPosted` where GitHub refuses the comment, after the review has been written
 */
export async function reviewCommand(
  host: Host,
  base: string | undefined,
  head: string | undefined,
  options: ReviewOptions,
): Promise<number> {
  const format = options.json === true ? "json" : (options.format ?? "text");
  refuseContradictions(base, options);
  const workflow = options.comment === true ? readWorkflow(host.env) : undefined;
  tellNowhere(host, "two syntheses", { json: format !== "text" });
  const review = await reviewOf(host, base, head, options);
  host.out(written(host, review, format));
  if (workflow !== undefined) {
    const comment = { body: markdownOf(review), marker: MARKER, isNeeded: review.findings.length > 0 };
    const posted = await postComment(workflow, comment);
    if (posted.state !== "outdated") tellSteps(workflow, posted.pull);
    host.err(postedText(posted));
  }
  return isBlocked(review) ? EXIT.failed : EXIT.done;
}

const POSTED: Readonly<Record<Exclude<Posted["state"], "outdated">, string>> = {
  created: "the comment is posted",
  updated: "the comment is brought up to date",
  unchanged: "the comment says so already",
  "not-needed": "there is nothing to tell, and no comment",
};

function postedText(posted: Posted): string {
  if (posted.state === "outdated")
    return "no open pull request has the reviewed commit any more; no comment is posted";
  return `pull request ${posted.pull}: ${POSTED[posted.state]}`;
}

/** @throws ConfigurationError */
function refuseContradictions(base: string | undefined, options: ReviewOptions) {
  const { plan, from, settings, json, format } = options;
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
  problems.push(...copyPlanProblems(base, options));
  if (json === true && format !== undefined && format !== "json") {
    problems.push({ path: "--format", what: "--json asks for another format", fix: "leave one of them out" });
  }
  if (problems.length > 0) throw new ConfigurationError(problems, "the options");
}

/** Where the plans of the copies have nothing to stand beside. */
function copyPlanProblems(
  base: string | undefined,
  { copiesBase, copiesHead }: ReviewOptions,
): readonly Problem[] {
  if (copiesBase === undefined && copiesHead === undefined) return [];
  if (base === undefined) {
    const allowed = "keyferry review BASE [HEAD] --copies-base FILE --copies-head FILE";
    return [
      {
        path: "--copies-base, --copies-head",
        what: "they stand beside two syntheses or refs alone",
        allowed,
      },
    ];
  }
  if (copiesBase !== undefined && copiesHead !== undefined) {
    const isReadTwice = copiesBase === "-" && copiesHead === "-";
    return isReadTwice ? [{ path: "--copies-head", what: "standard input can be read once" }] : [];
  }
  const path = copiesBase === undefined ? "--copies-base" : "--copies-head";
  return [
    { path, what: "it is missing: one plan alone tells no change", fix: "give the plans of both sides" },
  ];
}

/** @throws ConfigurationError with everything that is wrong with both */
function copyPlansOf(host: Host, { copiesBase, copiesHead }: ReviewOptions): { copyPlans?: CopyPlans } {
  if (copiesBase === undefined || copiesHead === undefined) return {};
  const read = (file: string) => parseCopyPlan(readText(host, file, "the plan of the copies"), file);
  const [base, head] = [read(copiesBase), read(copiesHead)];
  if ("plan" in base && "plan" in head) return { copyPlans: { base: base.plan, head: head.plan } };
  const problems = [base, head].flatMap((side) => ("problems" in side ? side.problems : []));
  throw new ConfigurationError(problems, "the plans of the copies");
}

async function reviewOf(
  host: Host,
  base: string | undefined,
  head: string | undefined,
  options: ReviewOptions,
): Promise<Review> {
  const { plan, from, config } = options;
  if (from !== undefined) return readReview(host, from);
  const chosen = settingsOf(host, options);
  if (plan !== undefined) return reviewPlans(host, plan, chosen ?? NO_SETTINGS);
  const given = {
    ...(chosen === undefined ? {} : { settings: chosen }),
    ...(config === undefined ? {} : { configuration: config }),
    ...copyPlansOf(host, options),
  };
  const { signal, stop } = interruptible(host, "interrupted: what was made for the review is removed");
  const onNotice = (text: string) => host.err(text);
  try {
    return await reviewRefs(base ?? "", head, { ...given, signal, onNotice }, host);
  } finally {
    stop();
  }
}

function reviewPlans(host: Host, files: readonly string[], settings: ReviewSettings): Review {
  const plans = files.map((file) => ({
    stack: file === "-" ? "standard input" : path.basename(file, ".json"),
    text: readText(host, file, "the plan"),
  }));
  const { base, head, problems } = readPlans(plans);
  if (problems.length > 0) throw new ConfigurationError(problems, "the plans");
  return reviewStacks({ stacks: base }, { stacks: head }, settings);
}

function readReview(host: Host, file: string): Review {
  const parsed = parseReview(readText(host, file, "the review"));
  if ("problems" in parsed) {
    const problems = parsed.problems.map(({ path: at, what }) => ({ path: at === "" ? file : at, what }));
    throw new ConfigurationError(problems, "the review");
  }
  return parsed.review;
}

/** Those that the user names; of plans also those beside the configuration, as of syntheses. */
function settingsOf(host: Host, { settings, plan }: ReviewOptions): ReviewSettings | undefined {
  const file = settings ?? (plan === undefined ? undefined : SETTINGS_FILE);
  if (file === undefined) return undefined;
  if (settings === undefined && !fs.existsSync(path.resolve(host.cwd, file))) return undefined;
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
