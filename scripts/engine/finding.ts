import { isAwsError, type AwsCallError } from "../aws";
import type { Refusal } from "./errors";
import { explainAwsAnswer } from "./explain";

/** `unknown`: AWS denied access, so the result is not known. */
export type CheckState = "passed" | "failed" | "unknown";

/** The result of one check for one subject. */
export interface Finding {
  /** Name of the check: `allowed-images`. */
  readonly check: string;
  /** What it is about: `web`, `web -> prod eu-central-1`, `account prod`. */
  readonly subject: string;
  readonly state: CheckState;
  readonly what: string;
  readonly fix?: string;
  /** The account whose administrator must act; 12 digits. */
  readonly account?: string;
  /** A recommendation, although nothing is wrong. */
  readonly advice?: string;
}

/** The sentences of one check. */
export interface Reporter {
  passed(subject: string, what: string, advice?: string): Finding;
  /** @param account the account whose administrator must act; 12 digits */
  failed(subject: string, what: string, fix?: string, account?: string): Finding;
  unknown(subject: string, what: string, fix?: string, account?: string): Finding;
  /**
   * Runs one check. An AWS error becomes a finding, so that the other checks still run.
   * @param refused how an AWS error counts. @default "unknown"
   */
  looking<T>(subject: string, look: () => Promise<T>, refused?: CheckState): Promise<Looked<T>>;
}

export type Looked<T> = { readonly value: T } | { readonly finding: Finding };

export function check(name: string): Reporter {
  const finding =
    (state: CheckState) =>
    (subject: string, what: string, fix?: string, account?: string): Finding => ({
      check: name,
      subject,
      state,
      what,
      ...(fix === undefined ? {} : { fix }),
      ...(account === undefined ? {} : { account }),
    });
  return {
    passed: (subject, what, advice) => ({
      ...finding("passed")(subject, what),
      ...(advice === undefined ? {} : { advice }),
    }),
    failed: finding("failed"),
    unknown: finding("unknown"),
    async looking(subject, look, refused = "unknown") {
      try {
        return { value: await look() };
      } catch (error) {
        if (!isAwsError(error)) throw error;
        return { finding: refusedLook(finding(refused), subject, error) };
      }
    },
  };
}

function refusedLook(
  finding: (subject: string, what: string, fix?: string, account?: string) => Finding,
  subject: string,
  error: AwsCallError,
): Finding {
  const { reason, fixes, account } = explainAwsAnswer(error);
  return finding(subject, reason, fixes[0], account);
}

/** What prevents a run from starting: every check that has not passed. */
export function refusalsOf(findings: readonly Finding[]): readonly Refusal[] {
  return findings
    .filter(({ state }) => state !== "passed")
    .map(({ subject, what, fix, account }) => ({
      subject,
      what,
      ...(fix === undefined ? {} : { fix }),
      ...(account === undefined ? {} : { account }),
    }));
}
