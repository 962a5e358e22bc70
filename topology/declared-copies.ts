import { declaredKind } from "../kinds/declared";
import { endKey } from "./access";
import { copyJobs, isRegistered, isStored, shareJobs, type CopyJob } from "./jobs";
import type { Topology } from "./model";
import { sharedTransferOf } from "./shared-transfers";
import { sharedImagesKey } from "./shares";

/** A copy job, as far as it is known without AWS. It contains no secrets. */
export interface DeclaredCopy {
  /** The user's name for the rule: `web`. */
  readonly rule: string;
  /** Kind of the source in one word: `image`. */
  readonly kind: string;
  readonly from: {
    /** 12-digit id. */
    readonly account: string;
    readonly region: string;
    /** How the source is chosen, in words: `newest web-*`. */
    readonly source: string;
  };
  readonly to: { readonly account: string; readonly region: string };
  /**
   * `copy-to-share`: a copy in the source's account that other accounts launch from; `share`: such a launch; `store-restore`: a
   * copy through an object in S3; `register-image`: an image that is registered from copies of its snapshots.
   */
  readonly route: "copy" | "copy-to-share" | "share" | "store-restore" | "register-image";
  /** Whether one transfer into the Region can serve several accounts; this is decided for each image. */
  readonly transfersTogether: boolean;
  /** Alias of the key of the copy. */
  readonly key: string;
}

/** Every copy job of a topology, in the topology's order. */
export function declaredCopies(topology: Topology): readonly DeclaredCopy[] {
  const copies = copyJobs(topology).map((job): DeclaredCopy => ({
    ...placesOf(job),
    route: routeOf(job),
    transfersTogether: sharedTransferOf(topology, job) !== undefined,
    key: endKey(topology, job.to).alias,
  }));
  const shares = shareJobs(topology).map((job): DeclaredCopy => ({
    ...placesOf(job),
    route: "share",
    transfersTogether: false,
    key: sharedImagesKey(topology, { account: job.rule.from.account, region: job.to.region }).alias,
  }));
  return [...copies, ...shares];
}

function routeOf(job: CopyJob): DeclaredCopy["route"] {
  if (isStored(job)) return "store-restore";
  if (isRegistered(job)) return "register-image";
  return job.to.shares === undefined ? "copy" : "copy-to-share";
}

function placesOf({ rule, to }: CopyJob): Pick<DeclaredCopy, "rule" | "kind" | "from" | "to"> {
  const kind = declaredKind(rule);
  const { account, region, select } = rule.from;
  return {
    rule: rule.name,
    kind: kind.noun.one,
    from: { account: account.id, region, source: kind.selectorWords(select) },
    to: { account: to.account.id, region: to.region },
  };
}
