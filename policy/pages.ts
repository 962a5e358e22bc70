import { derived, lazily } from "@keyferry/common";
import type { Statement } from "./document";
import { proofTarget, renderPolicy } from "./render";

/** How a role's statements are distributed over policies. */
export interface PolicyPages {
  /** The inline policy. */
  readonly inline: readonly Statement[];
  /** Statements that do not fit into the inline policy, by customer managed policy. */
  readonly managed: readonly (readonly Statement[])[];
}

/** Characters of all inline policies of a role. Source: IAM user guide, IAM and AWS STS quotas. */
export const MAX_INLINE_SIZE = 10_240;
/** Characters of one customer managed policy. Source: as above. */
export const MAX_MANAGED_SIZE = 6_144;
/** Managed policies attached to a role; AWS raises it on request. Source: as above. */
export const MAX_MANAGED_POLICIES = 10;

/** Characters as IAM counts them, with every key's ARN at its full length: Terraform's tokens are shorter than ARNs. */
export function policySize(statements: readonly Statement[]): number {
  return JSON.stringify(renderPolicy(statements, proofTarget)).length;
}

/**
 * Fills the inline policy first, then managed ones, in the statements' order. A statement that fits into no policy is
 * divided by its resources, which changes nothing for an Allow and nothing for a Deny.
 */
export function paginate(statements: readonly Statement[]): PolicyPages {
  if (policySize(statements) <= MAX_INLINE_SIZE) return { inline: statements, managed: [] };
  const pages: Statement[][] = [[]];
  let size = emptySize();
  for (const statement of statements.flatMap(divide)) {
    const page = pages.at(-1) ?? [];
    const room = pages.length === 1 ? MAX_INLINE_SIZE : MAX_MANAGED_SIZE;
    const comma = page.length === 0 ? 0 : 1;
    if (size + comma + statementSize(statement) <= room) {
      page.push(statement);
      size += comma + statementSize(statement);
    } else {
      pages.push([statement]);
      size = emptySize() + statementSize(statement);
    }
  }
  const [inline = [], ...managed] = pages;
  return { inline, managed };
}

const emptySize = lazily(() => policySize([]));

const statementSize = derived((statement: Statement) => policySize([statement]) - emptySize());

function divide(statement: Statement): readonly Statement[] {
  const resources = statement.resources ?? [];
  if (policySize([statement]) <= MAX_MANAGED_SIZE || resources.length < 2) return [statement];
  const middle = Math.ceil(resources.length / 2);
  return [resources.slice(0, middle), resources.slice(middle)].flatMap((half, index) =>
    divide({ ...statement, sid: `${statement.sid}${index + 1}`, resources: half }),
  );
}
