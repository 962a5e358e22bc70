import { parseArn } from "@keyferry/common";
import { explainDeployment, type DeployFailure } from "../../engine/explain";
import { isProvider, siteOf, type Configuration, type Site } from "../../terraform/configuration";
import type { Diagnostic } from "../../terraform/machine-output";
import type { Failure } from "../../terraform/outcome";
import { explanationText } from "../event-text";

/** One reason for which a stack failed, and everything that it hit. */
export interface FailureReason extends DeployFailure {
  /** Addresses of resources; empty where it is about none. */
  readonly addresses: readonly string[];
  readonly site: Site;
  /** The account itself could not be entered: whatever is in it was not reached. */
  readonly isEntry: boolean;
}

const STEPS: Readonly<Record<Failure["step"], string>> = {
  init: "before it could be planned",
  plan: "while it was planned; nothing was changed",
  apply: "while it was applied",
};

/**
 * Why a stack failed. Resources that failed for the same reason are told of once.
 * @param operator id of the account from which everything starts, 12 digits
 * @param unlock the command that takes a lock from the stack's state
 */
export function failureReasons(
  { diagnostics, step, exitCode }: Failure,
  configuration: Configuration,
  operator: string,
  unlock?: (lock: string) => string,
): readonly FailureReason[] {
  const silent: Diagnostic = {
    severity: "error",
    summary: `Terraform ended with exit code ${exitCode} in \`${step}\` and gave no reason`,
    detail: "",
  };
  const reasons = new Map<string, FailureReason>();
  for (const { summary, detail, address, context } of diagnostics.length === 0 ? [silent] : diagnostics) {
    const site = siteOf(configuration, address);
    const found = explainDeployment(`${summary}\n${detail}`.trim(), { ...site, operator, unlock });
    const { cause, fixes, reason } = found.explanation;
    const isEntry = isOfProvider({ address, context });
    const key = JSON.stringify([
      found.call,
      site.region,
      cause,
      fixes,
      isEntry,
      cause === undefined && reason,
    ]);
    const known = reasons.get(key);
    const own = address === undefined || isProvider(address) ? [] : [address];
    const addresses = [...(known?.addresses ?? []), ...own];
    reasons.set(key, { ...(known ?? { ...found, site, isEntry }), addresses: [...new Set(addresses)] });
  }
  return [...reasons.values()];
}

/** Terraform's provider failed before it did anything: its diagnostic has the provider's address, or its block. */
function isOfProvider({
  address,
  context,
}: {
  readonly address?: string;
  readonly context?: string;
}): boolean {
  return address === undefined ? context?.startsWith("provider.") === true : isProvider(address);
}

/** What failed, who was called, as whom, what AWS said, what it means, what to do, and what was applied before. */
export function failureText(stack: string, failure: Failure, reasons: readonly FailureReason[]): string {
  const lines = reasons.flatMap(({ addresses, call, site, explanation }) => [
    ...(addresses.length === 0 ? [] : [`resource: ${addresses.join(", ")}`]),
    ...(call === undefined ? [] : [`called: ${call}${placeText(site)}, ${callerText(call, site)}`]),
    explanationText(explanation, ""),
  ]);
  const indented = [...lines, ...doneLines(failure)].flatMap((text) => text.split("\n"));
  return [titleOf(stack, failure), ...indented.map((line) => `  ${line}`)].join("\n");
}

/** A stack that failed for what has been told of another one. */
export function sameReasonText(stack: string, failure: Failure, other: string): string {
  return [
    titleOf(stack, failure),
    `  for the same reason as ${other}`,
    ...doneLines(failure).map((line) => `  ${line}`),
  ].join("\n");
}

/** What it means that a stack of an account that left the topology cannot be entered any more. */
export function leftBehindText(stack: string, account: string | undefined): string {
  return [
    `${stack} is of an account that left the topology: other accounts' keys have stopped letting it in without it, nothing waits for it, and the exit code does not count it`,
    `  where its role is gone for good: keyferry keys forget ${account ?? "ACCOUNT"}`,
  ].join("\n");
}

function titleOf(stack: string, { step }: Failure): string {
  return `${stack} FAILED ${STEPS[step]}`;
}

function doneLines({ step, done, plan }: Failure): readonly string[] {
  if (step !== "apply") return [];
  const of = plan?.changes.length ?? 0;
  return [
    `applied before it failed: ${done.length === 0 ? "nothing" : done.join(", ")} (${done.length} of ${of})`,
  ];
}

function placeText({ account, region }: Site): string {
  const place = [
    ...(account === undefined ? [] : [`account ${account}`]),
    ...(region === undefined ? [] : [region]),
  ];
  return place.length === 0 ? "" : ` in ${place.join(", ")}`;
}

/** `as role keyferry-deploy of 222222222222`; a role is assumed by who is not that role yet. */
function callerText(call: string, { role, profile }: Site): string {
  const arn = role === undefined || call === "STS AssumeRole" ? undefined : parseArn(role);
  if (arn !== undefined) return `as ${arn.resource.replace("role/", "role ")} of ${arn.account}`;
  return profile === undefined ? "with your own credentials" : `with profile ${profile}`;
}
