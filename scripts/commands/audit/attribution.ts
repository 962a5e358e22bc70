import { parseArn } from "@keyferry/common";
import type { KeyUse } from "../../engine/results";
import type { MadeCopy } from "./made-copies";

/** What is known about copies and the roles that make them. */
export interface Attribution {
  /** Snapshot id -> id of the copy's node. */
  readonly nodeOfSnapshot: ReadonlyMap<string, string>;
  /** What runs copied in the audited time. */
  readonly made: readonly MadeCopy[];
  /** Accounts (12 digits) whose event history could not be read. */
  readonly unread: ReadonlySet<string>;
  /** ARNs of the runner roles. */
  readonly runnerRoles: ReadonlySet<string>;
}

/** The purpose of a key's use. */
export type Purpose =
  | { readonly for: "copies"; readonly nodes: readonly string[] }
  | { readonly for: "launch" }
  /** Neither a copy nor a launch. */
  | { readonly for: "other" }
  /** Known only to the account that could not be read. */
  | { readonly for: "unknown" };

const OTHER: Purpose = { for: "other" };

/**
 * The purpose of a key's use: from the snapshot in the encryption context if it belongs to a copy, otherwise from the run on whose
 * role's behalf a service used the key. A run never uses a key directly.
 */
export function purposeOf(use: KeyUse, known: Attribution): Purpose {
  const { by, encryptionContext } = use;
  if (by.through === undefined && !isEbs(by.arn)) return OTHER;
  const resource = encryptionContext["aws:ebs:id"];
  const node = resource === undefined ? undefined : known.nodeOfSnapshot.get(resource);
  if (node !== undefined) return { for: "copies", nodes: [node] };
  if (by.roleArn !== undefined && known.runnerRoles.has(by.roleArn)) {
    const nodes = nodesOf(use, known.made);
    return nodes.length === 0 ? OTHER : { for: "copies", nodes };
  }
  if (by.arn === undefined && by.account !== undefined && known.unread.has(by.account))
    return { for: "unknown" };
  const isOwn = by.account === parseArn(use.keyArn)?.account;
  return isOwn && /^(vol|i)-/.test(resource ?? "") ? { for: "launch" } : OTHER;
}

/** EBS as it uses a grant. Source: KMS developer guide, "How Amazon EBS uses AWS KMS". */
function isEbs(arn: string | undefined): boolean {
  return arn?.includes(":assumed-role/aws:ec2-infrastructure/") === true;
}

/** Copies that the same session made under the key, or from a resource under it. */
function nodesOf({ by, keyArn }: KeyUse, made: readonly MadeCopy[]): readonly string[] {
  const region = parseArn(keyArn)?.region;
  const own = made.filter(({ session }) => session === by.arn);
  const under = own.filter((copy) => copy.keyArn === keyArn);
  const from = own.filter((copy) => copy.sourceRegion === region && copy.keyArn !== keyArn);
  return [...new Set([...under, ...from].map(({ node }) => node))];
}
