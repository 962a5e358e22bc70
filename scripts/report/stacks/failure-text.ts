import { parseArn } from "@keyferry/common";
import { explainDeployment, type DeployFailure } from "../../engine/explain";
import { isProvider, siteOf, type Configuration, type Site } from "../../terraform/configuration";
import type { Diagnostic } from "../../terraform/machine-output";
import type { Failure } from "../../terraform/outcome";
import { explanationText } from "../event-text";

/** One reason why a stack failed, and everything that it affected. */
export interface FailureReason extends DeployFailure {
  /** Addresses of the affected resources; empty if it concerns no resource. */
  readonly addresses: readonly string[];
  readonly site: Site;
  /** Whether the account itself could not be accessed, so that nothing in it was reached. */
  readonly isEntry: boolean;
}

const STEPS: Readonly<Record<Failure["step"], string>> = {
  init: "before it could be planned",
  plan: "while it was planned; nothing was changed",
  apply: "while it was applied",
};

/**
 * Why a stack failed. Resources that failed for the same reason are reported together.
 * @param operator id of the operator's account, whose credentials are used first, 12 digits
 * @param unlock the command that removes a lock from the stack's state
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

/** Whether Terraform's provider failed before it did anything: its diagnostic then has the provider's address or block. */
function isOfProvider({
  address,
  context,
}: {
  readonly address?: string;
  readonly context?: string;
}): boolean {
  return address === undefined ? context?.startsWith("provider.") === true : isProvider(address);
}

/** What failed, which service was called, as whom, AWS's reason, its meaning, the fix, and what was applied before. */
export function failureText(stack: string, failure: Failure, reasons: readonly FailureReason[]): string {
  const lines = reasons.flatMap(({ addresses, call, site, explanation }) => [
    ...(addresses.length === 0 ? [] : [`resource: ${addresses.join(", ")}`]),
    ...(call === undefined ? [] : [`called: ${call}${placeText(site)}, ${callerText(call, site)}`]),
    explanationText(explanation, ""),
  ]);
  const indented = [...lines, ...doneLines(failure)].flatMap((text) => text.split("\n"));
  return [titleOf(stack, failure), ...indented.map((line) => `  ${line}`)].join("\n");
}

/** A stack that failed for the same reason as another one. */
export function sameReasonText(stack: string, failure: Failure, other: string): string {
  return [
    titleOf(stack, failure),
    `  for the same reason as ${other}`,
    ...doneLines(failure).map((line) => `  ${line}`),
  ].join("\n");
}

/** What it means that an account that left the topology cannot be accessed any more. */
export function leftBehindText(stack: string, account: string | undefined): string {
  return [
    `${stack} belongs to an account that left the topology: the other accounts' keys no longer allow it access, no other stack depends on it, and the exit code ignores it`,
    `  if its role no longer exists: keyferry keys forget ${account ?? "ACCOUNT"}`,
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

/** `as role keyferry-deploy of 222222222222`; the call that assumes the role is made by another identity. */
function callerText(call: string, { role, profile }: Site): string {
  const arn = role === undefined || call === "STS AssumeRole" ? undefined : parseArn(role);
  if (arn !== undefined) return `as ${arn.resource.replace("role/", "role ")} of ${arn.account}`;
  return profile === undefined ? "with your own credentials" : `with profile ${profile}`;
}
