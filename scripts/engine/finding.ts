import { isAwsError, type AwsCallError } from "../aws";
import type { Refusal } from "./errors";
import { explainAwsAnswer } from "./explain";

/** `unknown`: AWS did not let us look, so nothing can be said. */
export type CheckState = "passed" | "failed" | "unknown";

/** What one check says of one subject. */
export interface Finding {
  /** Name of the check: `allowed-images`. */
  readonly check: string;
  /** What it is about: `web`, `web -> prod eu-central-1`, `account prod`. */
  readonly subject: string;
  readonly state: CheckState;
  readonly what: string;
  readonly fix?: string;
  /** 12 digits; whose administrator must act. */
  readonly account?: string;
  /** Nothing is wrong, and this would be better. */
  readonly advice?: string;
}

/** The sentences of one check. */
export interface Reporter {
  passed(subject: string, what: string, advice?: string): Finding;
  /** @param account 12 digits; whose administrator must act */
  failed(subject: string, what: string, fix?: string, account?: string): Finding;
  unknown(subject: string, what: string, fix?: string, account?: string): Finding;
  /**
   * Runs one look. What AWS refuses becomes a finding, so that the other looks still happen.
   * @param refused how a refusal of AWS counts. @default "unknown"
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

/** What keeps a run from starting: everything that has not passed. */
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
