import { DELETION_GUARD } from "./key-policy";
import type { PolicyDocument, PolicyStatement } from "./document";
import { proofTarget, renderPolicy } from "./render";

/** The statement that prevents every principal from scheduling the deletion of a deployed key, read from and written to the text of its policy. */

/** A statement as KMS returns it; KMS writes a list of one element as the element. */
interface LooseStatement {
  readonly Effect?: string;
  readonly Principal?: unknown;
  readonly Action?: string | readonly string[];
  readonly Condition?: unknown;
}

/** Whether a key policy (JSON text) denies kms:ScheduleKeyDeletion to every principal, without a condition. */
export function hasDeletionGuard(policy: string): boolean {
  return statementsOf(policy).some(isGuard);
}

/** The policy without its guard, otherwise unchanged. */
export function withoutDeletionGuard(policy: string): string {
  return changed(policy, (statements) => statements.filter((statement) => !isGuard(statement)));
}

/** The policy with its guard, once. */
export function withDeletionGuard(policy: string): string {
  if (hasDeletionGuard(policy)) return policy;
  const guard = renderPolicy([DELETION_GUARD], proofTarget).Statement;
  return changed(policy, (statements) => [...statements, ...guard]);
}

function isGuard({ Effect, Principal, Action, Condition }: LooseStatement): boolean {
  const actions = [Action ?? []].flat();
  return (
    Effect === "Deny" &&
    Condition === undefined &&
    actions.length === 1 &&
    actions[0] === "kms:ScheduleKeyDeletion" &&
    isEverybody(Principal)
  );
}

function isEverybody(principal: unknown): boolean {
  if (principal === "*") return true;
  const { AWS } = (principal ?? {}) as { readonly AWS?: string | readonly string[] };
  return [AWS ?? []].flat().includes("*");
}

function statementsOf(policy: string): readonly LooseStatement[] {
  const { Statement = [] } = JSON.parse(policy) as { readonly Statement?: LooseStatement | LooseStatement[] };
  return [Statement].flat();
}

function changed(
  policy: string,
  change: (statements: readonly LooseStatement[]) => readonly (LooseStatement | PolicyStatement)[],
): string {
  const document = JSON.parse(policy) as Omit<PolicyDocument, "Statement">;
  return JSON.stringify({ ...document, Statement: change(statementsOf(policy)) });
}
