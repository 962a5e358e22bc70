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
  /** Plans as `terraform show -json` prints them, instead of two syntheses. */
  readonly plan?: readonly string[];
  /** Output of `keyferry plan --json` for the topology of each side; `-` reads standard input. */
  readonly copiesBase?: string;
  readonly copiesHead?: string;
  /** A review's JSON, to show in another format. */
  readonly from?: string;
  readonly format?: ReviewFormat;
  readonly json?: boolean;
  /** Posts the review to the pull request of the GitHub Actions job. */
  readonly comment?: boolean;
  /** The file that declares the topology; each ref has its own. */
  readonly config?: string;
}

/**
 * `keyferry review`: compares two syntheses: who gains or loses which permission, and what happens to keys, buckets and copies.
 * Makes no AWS calls and needs no credentials.
 * @param base,head directories of syntheses, or refs of the project's Git repository; without a head, see `reviewRefs`
 * @returns 1 if a finding is blocking
 * @throws ConfigurationError for everything that cannot be read
 * @throws KeyferryError `CommentNotPosted` if GitHub refuses the comment, after the review has been printed
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
  created: "comment posted",
  updated: "comment updated",
  unchanged: "the comment is already up to date",
  "not-needed": "no findings, so no comment is posted",
};

function postedText(posted: Posted): string {
  if (posted.state === "outdated")
    return "no open pull request has the reviewed commit any more, so no comment is posted";
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
      what: given === 0 ? "nothing is given" : "it is given in more than one way",
      allowed: "keyferry review BASE [HEAD], keyferry review --plan FILES, or keyferry review --from FILE",
    });
  }
  if (from !== undefined && settings !== undefined) {
    problems.push({
      path: "--settings",
      what: "a review that was written already contains its severities",
      fix: "leave --settings out",
    });
  }
  problems.push(...copyPlanProblems(base, options));
  if (json === true && format !== undefined && format !== "json") {
    problems.push({ path: "--format", what: "it contradicts --json", fix: "leave one of them out" });
  }
  if (problems.length > 0) throw new ConfigurationError(problems, "the options");
}

/** Why the plans of the copies cannot be used. */
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
        what: "they can be used only with two syntheses or refs",
        allowed,
      },
    ];
  }
  if (copiesBase !== undefined && copiesHead !== undefined) {
    const isReadTwice = copiesBase === "-" && copiesHead === "-";
    return isReadTwice ? [{ path: "--copies-head", what: "standard input can be read only once" }] : [];
  }
  const path = copiesBase === undefined ? "--copies-base" : "--copies-head";
  return [
    { path, what: "it is missing, and one plan alone shows no change", fix: "give the plans of both sides" },
  ];
}

/** @throws ConfigurationError with the problems of both */
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
  const { signal, stop } = interruptible(
    host,
    "interrupted: removing the files that were created for the review",
  );
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

/** The settings that the user names; for plans also those next to the configuration, as for syntheses. */
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
