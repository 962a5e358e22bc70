import { parseArn } from "@keyferry/common";
import type { KeyUse } from "../../engine/results";
import type { MadeCopy } from "./made-copies";

/** What is known of copies and of who makes them. */
export interface Attribution {
  /** Snapshot id -> id of the copy's node. */
  readonly nodeOfSnapshot: ReadonlyMap<string, string>;
  /** What runs have copied in the time that is looked at. */
  readonly made: readonly MadeCopy[];
  /** Accounts (12 digits) whose event history could not be read. */
  readonly unread: ReadonlySet<string>;
  /** ARNs of the runner roles. */
  readonly runnerRoles: ReadonlySet<string>;
}

/** What a use of a key was for. */
export type Purpose =
  | { readonly for: "copies"; readonly nodes: readonly string[] }
  | { readonly for: "launch" }
  | { readonly for: "nobody" }
  /** Only the account that could not be read knows. */
  | { readonly for: "unknown" };

const NOBODY: Purpose = { for: "nobody" };

/**
 * What a use of a key was for: told by the snapshot that KMS was told of, where that is a copy's, else by the run whose role had a
 * service use the key. A run uses no key by itself.
 */
export function purposeOf(use: KeyUse, known: Attribution): Purpose {
  const { by, encryptionContext } = use;
  if (by.through === undefined && !isEbs(by.arn)) return NOBODY;
  const resource = encryptionContext["aws:ebs:id"];
  const node = resource === undefined ? undefined : known.nodeOfSnapshot.get(resource);
  if (node !== undefined) return { for: "copies", nodes: [node] };
  if (by.roleArn !== undefined && known.runnerRoles.has(by.roleArn)) {
    const nodes = nodesOf(use, known.made);
    return nodes.length === 0 ? NOBODY : { for: "copies", nodes };
  }
  if (by.arn === undefined && by.account !== undefined && known.unread.has(by.account))
    return { for: "unknown" };
  const isOwn = by.account === parseArn(use.keyArn)?.account;
  return isOwn && /^(vol|i)-/.test(resource ?? "") ? { for: "launch" } : NOBODY;
}

/** EBS as it uses a grant. Source: KMS developer guide, "How Amazon EBS uses AWS KMS". */
function isEbs(arn: string | undefined): boolean {
  return arn?.includes(":assumed-role/aws:ec2-infrastructure/") === true;
}

/** Copies that the same session has made under the key, or from something under it. */
function nodesOf({ by, keyArn }: KeyUse, made: readonly MadeCopy[]): readonly string[] {
  const region = parseArn(keyArn)?.region;
  const own = made.filter(({ session }) => session === by.arn);
  const under = own.filter((copy) => copy.keyArn === keyArn);
  const from = own.filter((copy) => copy.sourceRegion === region && copy.keyArn !== keyArn);
  return [...new Set([...under, ...from].map(({ node }) => node))];
}
