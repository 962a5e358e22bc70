import { nodeIdOf, type NodeId } from "../../../topology/ids";
import { copyJobs, endKey, shareJobs, sharedImagesKey, transitKey, type CopyJob } from "../../../topology";
import type { CopyHistory } from "../../engine/history";
import type { JobProof, PlannedCopy, Report } from "../../engine/results";

/** How a copy stands, by the best evidence there is. */
export type Verdict = "proved" | "wrong" | "failed" | "moving" | "standing" | "pending" | "removed";

/** One copy as the page shows it: what was declared, what the journal tells, what AWS says. */
export interface ShownCopy {
  readonly node: NodeId;
  readonly rule: string;
  readonly role: "transit" | "final";
  /** Whether it is no copy, but the share of one, or of the source image. @default false */
  readonly isShare?: boolean;
  /** The user's name of the account. */
  readonly account: string;
  readonly accountId: string;
  readonly region: string;
  readonly keyAlias: string;
  /** The source image's id, or the node whose copy it is made from; undefined before anybody has looked. */
  readonly madeFrom?: string;
  readonly sizeGiB?: number;
  readonly imageId?: string;
  readonly keyArn?: string;
  readonly parameter?: string;
  readonly verdict: Verdict;
  /** Why it is not as it should be. */
  readonly wrong: readonly string[];
  readonly history?: CopyHistory;
}

/** Every final copy of the topology, every transit copy that is known, and every share, sources before what is made from them. */
export function shownCopies(report: Report): readonly ShownCopy[] {
  const { topology, journey, seen } = report;
  const histories = new Map(journey?.copies.map((copy) => [copy.node, copy]));
  const planned = new Map(seen?.plan.rules.flatMap(({ copies }) => copies).map((copy) => [copy.node, copy]));
  const proofs = new Map(seen?.verification.jobs.map((job) => [job.job, job]));
  const failures = new Map(journey?.failures.map((failure) => [failure.task, failure]));
  const accountOf = new Map(topology.accounts.map((account) => [account.name, account]));

  const transits = [...new Set([...histories.keys(), ...planned.keys()])]
    .filter((node) => node.split("/")[1] === "transit")
    .map((node): ShownCopy => {
      const [rule = "", , account = "", region = ""] = node.split("/");
      const history = histories.get(node);
      const owner = accountOf.get(account);
      return {
        ...common(node, history, planned.get(node)),
        rule,
        role: "transit",
        account,
        accountId: owner?.id ?? "",
        region,
        keyAlias: owner === undefined ? "" : transitKey(topology, { account: owner, region }).alias,
        verdict: transitVerdict(history, planned.get(node)),
        wrong: [],
      };
    });
  const isKnown = (node: NodeId) => histories.has(node) || planned.has(node);
  const final = (
    { id, rule, to }: CopyJob,
    node: NodeId,
    keyAlias: string,
    madeFrom?: Pick<ShownCopy, "madeFrom">,
  ): ShownCopy => {
    const history = histories.get(node);
    const proof = proofs.get(id);
    const failure = failures.get(node);
    const reasons =
      failure === undefined
        ? []
        : [failure.explanation?.reason ?? `not begun, because ${failure.because ?? "another task"} failed`];
    const verdict = finalVerdict(history, proof, failure !== undefined);
    return {
      ...common(node, history, planned.get(node), proof),
      ...madeFrom,
      rule: rule.name,
      role: "final",
      account: to.account.name,
      accountId: to.account.id,
      region: to.region,
      keyAlias,
      ...(rule.publishTo === undefined ? {} : { parameter: rule.publishTo }),
      verdict,
      wrong: verdict === "wrong" ? (proof?.wrong ?? []) : verdict === "failed" ? reasons : [],
    };
  };
  // A copy that would be made to be shared is not where the source image serves as it is.
  const copies = copyJobs(topology)
    .map((job) => ({ job, node: nodeIdOf(job.rule, "final", job.to) }))
    .filter(({ job: { to }, node }) => to.shares === undefined || isKnown(node))
    .map(({ job, node }) => final(job, node, endKey(topology, job.to).alias));
  const shares = shareJobs(topology).map((job) => {
    const owner = { account: job.rule.from.account, region: job.to.region };
    const copy = nodeIdOf(job.rule, "final", owner);
    const { alias } = sharedImagesKey(topology, owner);
    const madeFrom = isKnown(copy) ? { madeFrom: copy } : {};
    return { ...final(job, nodeIdOf(job.rule, "share", job.to), alias, madeFrom), isShare: true };
  });
  return [...transits, ...copies, ...shares];
}

function common(node: NodeId, history?: CopyHistory, planned?: PlannedCopy, proof?: JobProof) {
  const imageId = proof?.imageId ?? planned?.stands?.imageId ?? history?.imageId;
  const madeFrom = history?.madeFrom ?? planned?.from;
  const keyArn = proof?.keyArn ?? planned?.keyArn;
  const sizeGiB = history?.sizeGiB ?? proof?.sizeGiB;
  return {
    node,
    ...(imageId === undefined ? {} : { imageId }),
    ...(madeFrom === undefined ? {} : { madeFrom }),
    ...(keyArn === undefined ? {} : { keyArn }),
    ...(sizeGiB === undefined ? {} : { sizeGiB }),
    ...(history === undefined ? {} : { history }),
  };
}

function transitVerdict(history?: CopyHistory, planned?: PlannedCopy): Verdict {
  if (planned?.stands !== undefined) return "standing";
  if (history?.dead !== undefined) return "failed";
  if (history?.removedAt !== undefined) return "removed";
  if (history?.availableAt !== undefined) return planned === undefined ? "standing" : "removed";
  return history?.startedAt === undefined ? "pending" : "moving";
}

/** What AWS says now weighs more than what the journal remembers. */
function finalVerdict(
  history: CopyHistory | undefined,
  proof: JobProof | undefined,
  hasFailed: boolean,
): Verdict {
  if (proof?.wrong.length === 0) return "proved";
  if (proof?.imageId !== undefined) return "wrong";
  if (hasFailed) return "failed";
  if (proof !== undefined) return history?.startedAt === undefined ? "pending" : "wrong";
  if (history?.provedAt !== undefined) return "proved";
  return history?.startedAt === undefined ? "pending" : "moving";
}
