import { nodeIdOf, type NodeId } from "../../../topology/ids";
import { copyJobs, endKey, shareJobs, sharedImagesKey, transitKey, type CopyJob } from "../../../topology";
import type { CopyHistory } from "../../engine/history";
import type { JobProof, PlannedCopy, Report } from "../../engine/results";

/** The state of a copy, by the best available evidence. */
export type Verdict = "proved" | "wrong" | "failed" | "moving" | "standing" | "pending" | "removed";

/** One copy as the page shows it: from the topology, the journal and AWS. */
export interface ShownCopy {
  readonly node: NodeId;
  readonly rule: string;
  readonly role: "transit" | "final";
  /** Whether it is not a copy but a share of one, or of the source image. @default false */
  readonly isShare?: boolean;
  /** The account's name in the topology. */
  readonly account: string;
  readonly accountId: string;
  readonly region: string;
  readonly keyAlias: string;
  /** The source image's id, or the node of the copy that it is made from; undefined before it was read. */
  readonly madeFrom?: string;
  readonly sizeGiB?: number;
  readonly imageId?: string;
  readonly keyArn?: string;
  readonly parameter?: string;
  readonly verdict: Verdict;
  /** What is wrong with it. */
  readonly wrong: readonly string[];
  readonly history?: CopyHistory;
}

/** Every final copy of the topology, every known transit copy, and every share; sources come before what is made from them. */
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
        : [failure.explanation?.reason ?? `not started, because ${failure.because ?? "another task"} failed`];
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
  // If the source image itself is shared, there is no copy for sharing.
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

/** The current state in AWS takes precedence over the journal. */
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
