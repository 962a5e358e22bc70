import { type AccessRequest, evaluate, type NamedDocument } from "@keyferry/evaluator";

/** An identity policy as IAM stores it: IAM refuses every other form. */
interface StoredPolicy {
  readonly Version?: string;
  readonly Statement: StoredStatement | readonly StoredStatement[];
}

interface StoredStatement {
  readonly Sid?: string;
  readonly Effect: "Allow" | "Deny";
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

/** Follow from the principal and the resource, which a denial's message names. */
const DERIVED = ["aws:PrincipalArn", "aws:PrincipalAccount", "aws:ResourceAccount", "kms:CallerAccount"];

/** Policies of a principal, as far as they can be evaluated from a denial's message. */
export interface Judgeable {
  /** Without the Allow statements whose conditions use keys that the message does not contain. */
  readonly policies: readonly NamedDocument[];
  /** Those statements that allow the request if such conditions are met: `statement Share of policy runner`. */
  readonly conditional: readonly string[];
}

/** A denial's message contains only some of the condition keys: the others, such as `ec2:Add/userId`, are not known. */
export function judgeable(request: AccessRequest, policies: readonly NamedDocument[]): Judgeable {
  const known = new Set([...Object.keys(request.context), ...DERIVED].map((key) => key.toLowerCase()));
  const isOpen = ({ Effect, Condition = {} }: StoredStatement) =>
    Effect === "Allow" &&
    Object.values(Condition).some((block) => Object.keys(block).some((key) => !known.has(key.toLowerCase())));
  const parts = policies.map(({ name, document }) => {
    const { Statement, ...head } = document as StoredPolicy;
    const statements = [Statement].flat();
    const withStatements = (some: readonly StoredStatement[]) => ({
      name,
      document: { ...head, Statement: some },
    });
    const conditional = statements.flatMap((statement, index) =>
      isOpen(statement) && allows(request, withStatements([withKnownConditions(statement, known)]))
        ? [`statement ${statement.Sid ?? `#${index}`} of ${name}`]
        : [],
    );
    const rest = statements.filter((statement) => !isOpen(statement));
    return { conditional, judged: rest.length === 0 ? [] : [withStatements(rest)] };
  });
  return {
    policies: parts.flatMap(({ judged }) => judged),
    conditional: parts.flatMap(({ conditional }) => conditional),
  };
}

function withKnownConditions(statement: StoredStatement, known: ReadonlySet<string>): StoredStatement {
  const blocks = Object.entries(statement.Condition ?? {}).map(([operator, block]) => {
    const judged = Object.entries(block).filter(([key]) => known.has(key.toLowerCase()));
    return [operator, Object.fromEntries(judged)] as const;
  });
  const condition = blocks.filter(([, block]) => Object.keys(block).length > 0);
  return { ...statement, Condition: Object.fromEntries(condition) };
}

/** Whether nothing is missing on the caller's side; the resource's own policy is not checked here. */
function allows(request: AccessRequest, policy: NamedDocument): boolean {
  const verdict = evaluate(request, { identity: [policy] });
  if (verdict.allowed) return true;
  return verdict.reason === "missing-allow" && verdict.missing.every(({ side }) => side !== "identity");
}
