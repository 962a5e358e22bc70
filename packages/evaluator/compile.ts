import { CompiledStatement } from "./compiled-statement";
import { readDocument } from "./document";

export interface CompiledDocument {
  /** If there is one, no statement counts. */
  readonly problems: readonly string[];
  /** All of them; empty if there is a problem. */
  readonly statements: readonly CompiledStatement[];
  /**
   * The statements that apply to an action, given in lower case, and may name principals of an account. A key policy of
   * full size can have hundreds that name only other accounts.
   */
  readonly statementsOn: (action: string, account: string) => readonly CompiledStatement[];
}

/** By identity: a document is read once, regardless of how often it decides, and released together with its owner. */
const COMPILED = new WeakMap<object, CompiledDocument>();

/** Prepares a document for many evaluations; any JSON is accepted. A document must not be changed afterwards. */
export function compileDocument(document: unknown): CompiledDocument {
  if (typeof document !== "object" || document === null) return compile(document);
  const known = COMPILED.get(document);
  if (known !== undefined) return known;
  const compiled = compile(document);
  COMPILED.set(document, compiled);
  return compiled;
}

/**
 * Maximum number of actions cached for one document: more than the proofs evaluate, and few enough to prevent an attack
 * on the memory.
 */
const ACTIONS_REMEMBERED = 256;

function compile(document: unknown): CompiledDocument {
  const { statements, problems } = readDocument(document);
  if (problems.length > 0) return { problems, statements: [], statementsOn: () => [] };
  const compiled = statements.map((statement) => new CompiledStatement(statement));
  const byAction = new Map<string, ByAccount>();
  return {
    problems,
    statements: compiled,
    statementsOn(action, account) {
      let found = byAction.get(action);
      if (found === undefined) {
        found = byAccount(compiled.filter((statement) => statement.speaksOf(action)));
        if (byAction.size >= ACTIONS_REMEMBERED) byAction.clear();
        byAction.set(action, found);
      }
      return found.of.get(account) ?? found.ofAnybody;
    },
  };
}

interface ByAccount {
  /** Those that may apply to an account that no statement names explicitly. */
  readonly ofAnybody: readonly CompiledStatement[];
  /** The same plus those that name the account. */
  readonly of: ReadonlyMap<string, readonly CompiledStatement[]>;
}

function byAccount(statements: readonly CompiledStatement[]): ByAccount {
  const ofAnybody = statements.filter(({ principals }) => principals?.only === undefined);
  const of = new Map<string, CompiledStatement[]>();
  for (const statement of statements) {
    for (const account of statement.principals?.only ?? []) {
      const known = of.get(account);
      if (known === undefined) of.set(account, [...ofAnybody, statement]);
      else known.push(statement);
    }
  }
  return { ofAnybody, of };
}
