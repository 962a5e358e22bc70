import type { ProofDocuments } from "../../../policy/proof";
import { askedKeys, type AskedKey, type Topology } from "../../../topology";
import {
  askedStatements,
  keyDocumentName,
  lacksKeyPolicy,
  missingStatements,
  type AskedStatements,
  type TopologyProof,
} from "../../../topology/proof";
import { check, type Finding } from "../../engine/finding";
import { keyWords } from "./destination-keys";

const say = check("own-keys");

/** Findings about the policies of keys that the topology does not create, and the rest of the proof without them. */
export interface AskedKeyFindings {
  readonly findings: readonly Finding[];
  /** The failures of the foundation's own policies. */
  readonly rest: TopologyProof;
}

/**
 * Whether the policies of existing keys allow what copies need; missing permissions are shown as statements to add. The policy of a
 * key of an account other than the source's cannot be read, so the required statements are shown. Keyferry changes none of them.
 * @param documents that were proved, with the current policies
 * @param unread accounts (12 digits) whose policies could not be read
 */
export function askedKeyFindings(
  topology: Topology,
  proof: TopologyProof,
  documents: ProofDocuments,
  unread: { has(account: string): boolean },
): AskedKeyFindings {
  const asked = askedKeys(topology);
  if (asked.length === 0) return { findings: [], rest: proof };
  const lacking = new Map(missingStatements(topology, proof, documents).map((one) => [one.asked, one]));
  const needed = new Map(askedStatements(topology).map((one) => [one.asked, one]));
  const open = openedWider(asked, proof);
  const findings = asked.flatMap((key): Finding[] => {
    if (key.reader === undefined) return [unreadable(key, needed.get(key))];
    if (unread.has(key.key.account)) return [];
    const missing = lacking.get(key);
    return [missing === undefined ? sufficient(key, open) : insufficient(missing)];
  });
  return { findings, rest: without(proof, asked) };
}

function sufficient(asked: AskedKey, open: ReadonlyMap<string, readonly string[]>): Finding {
  const statements = open.get(keyDocumentName(asked.key));
  return say.passed(
    subjectOf(asked),
    `the policy of ${wordsOf(asked)} allows what copies need`,
    statements === undefined
      ? undefined
      : `it allows more than copies need, by ${statements.join(", ")}; check whether anyone else needs that`,
  );
}

function insufficient({ asked, statements }: AskedStatements): Finding {
  const { account } = asked.key;
  return say.failed(
    subjectOf(asked),
    `the policy of ${wordsOf(asked)} lacks ${statements.map(({ Sid }) => Sid).join(", ")}`,
    `account ${account} must add these statements to the key's policy (aws kms put-key-policy): ${JSON.stringify(statements)}`,
    account,
  );
}

function unreadable(asked: AskedKey, needed: AskedStatements | undefined): Finding {
  const { account } = asked.key;
  return say.unknown(
    subjectOf(asked),
    `the policy of ${wordsOf(asked)} cannot be read from another account`,
    `account ${account} must make sure that the key's policy has these statements: ${JSON.stringify(needed?.statements ?? [])}`,
    account,
  );
}

function subjectOf({ key, purpose }: AskedKey): string {
  return `${purpose} key in ${key.account} ${key.region}`;
}

function wordsOf({ key }: AskedKey): string {
  return keyWords(key.alias, key.account, key.region);
}

/** Statements of existing keys' policies that allow more than needed, by the documents' names. */
function openedWider(
  asked: readonly AskedKey[],
  { leaks }: TopologyProof,
): ReadonlyMap<string, readonly string[]> {
  const names = new Set(asked.map(({ key }) => keyDocumentName(key)));
  const open = new Map<string, readonly string[]>();
  for (const { statement, document } of leaks.flatMap(({ by }) => by)) {
    if (names.has(document)) open.set(document, [...new Set([...(open.get(document) ?? []), statement])]);
  }
  return open;
}

/** Failures that others must fix: an existing key's policy belongs to its owner, even if it allows more than needed. */
function without(proof: TopologyProof, asked: readonly AskedKey[]): TopologyProof {
  const names = new Set(asked.map(({ key }) => keyDocumentName(key)));
  const failures = proof.failures.flatMap((failure) => {
    if (!asked.some((key) => lacksKeyPolicy(failure, key))) return [failure];
    const missing = failure.missing.filter(({ side }) => side !== "resource");
    return missing.length === 0 ? [] : [{ ...failure, missing }];
  });
  const leaks = proof.leaks.filter(
    ({ by }) => by.length === 0 || by.some(({ document }) => !names.has(document)),
  );
  return { ...proof, failures, leaks, ok: failures.length === 0 && leaks.length === 0 };
}
