import type { RunEvent } from "../engine/events";
import type { Explanation } from "../engine/explain";
import { byteSize } from "./byte-size";
import { refreshText } from "./groups-text";
import { nodeTitle } from "./node-title";
import { plural } from "./plural";

/** An event as text of one or more lines; undefined for events that people do not need to see. */
export function eventText(event: RunEvent): string | undefined {
  switch (event.code) {
    case "RunStarted":
      return `run ${event.run} of topology ${event.topology}${event.only === undefined ? "" : `, only ${event.only.join(", ")}`}`;
    case "JournalLost":
      return `the journal cannot be written (${event.reason}); the run continues without it, and can still be resumed`;
    case "LeaseTakenOver":
      return `${event.rule}: took over the lease of ${event.from}, because ${event.because}`;
    case "LeaseAwaited":
      return `${event.rules.join(", ")}: waiting, ${event.because}`;
    case "SourcePinned":
      return `${event.rule}: ${event.resumed ? "continues with" : "copies"} ${event.imageId} (${event.name})`;
    case "NewerImageWaits":
      return `${event.rule}: ${event.imageId} is pinned by the unfinished run of ${event.since}; the next run copies ${event.newer} (${event.newerName}), or keyferry run --repin copies it now and discards ${event.imageId}`;
    case "WayChosen":
      return `${event.rule}: ${event.because}`;
    case "CopyPlanned":
      return undefined;
    case "CopyFound":
      return `${nodeTitle(event.node)}: found ${event.imageId}, ${event.state}${attempt(event.attempt)}`;
    case "CopyWaitsForSlot":
      return `${nodeTitle(event.node)}: waiting, ${event.place} has as many copies in progress as its quota allows`;
    case "CopyRefused":
      return `${nodeTitle(event.node)}: waiting, AWS says: ${event.reason}`;
    case "StoreRefused":
      return `${event.rule}: waiting to store ${event.imageId}, AWS says: ${event.reason}`;
    case "ImageStored":
      return `${event.rule}: ${event.imageId} is stored as ${event.bucket}/${event.key}`;
    case "ObjectCopied":
      return `${nodeTitle(event.node)}: copied the object ${event.bucket}/${event.key} (${byteSize(event.bytes)})${event.resumed === 0 ? "" : `; an earlier run had copied ${plural(event.resumed, "part")} of it`}`;
    case "StoredRemoved":
      return `${event.rule}: removed ${event.ids.join(", ")}`;
    case "StoreProgressed":
    case "ObjectProgressed":
    case "CopyStarting":
      return undefined;
    case "CopyStarted":
      return `${nodeTitle(event.node)}: copying ${event.fromImageId} to ${event.imageId}${attempt(event.attempt)}`;
    case "CopyProgressed":
      return undefined;
    case "CopyAvailable":
      return `${nodeTitle(event.node)}: ${event.imageId} is available after ${duration(event.seconds)}`;
    case "CopyDead":
      return `${nodeTitle(event.node)}: ${event.imageId} is ${event.state}${event.reason === undefined ? "" : `: ${event.reason}`}`;
    case "CopyRemoved":
      return `${nodeTitle(event.node)}: removed the ${event.because} copy ${withSnapshots(event.imageId)}`;
    case "CopyKept":
      return `${nodeTitle(event.node)}: kept the old copy ${event.imageId}, because it is used by ${event.by.join(", ")}`;
    case "UseUnclear":
      return [
        `${event.subject}: ${event.what}`,
        ...(event.fix === undefined ? [] : [`  fix: ${event.fix}`]),
      ].join("\n");
    case "ShareRecorded":
      return undefined;
    case "Shared":
      if (event.toLaunch === true)
        return `${event.imageId} is shared with ${event.accounts.join(", ")}, which can launch instances from it`;
      return `${withSnapshots(event.imageId)} ${areShared(event.imageId)} shared with ${event.accounts.join(", ")}`;
    case "ShareWithdrawn":
      return `${event.resourceId} is no longer shared with ${event.accounts.join(", ")}`;
    case "CopyCompleted":
      return `${nodeTitle(event.node)}: set on ${event.imageId}: ${event.set.join(", ")}`;
    case "CopyVerified":
      return `${nodeTitle(event.node)}: proved, ${event.snapshots} snapshots encrypted with ${event.keyArn}`;
    case "ImagePublished":
      return `${nodeTitle(event.node)}: published ${event.imageId} to ${event.parameter}`;
    case "PublicationHeld":
      return `${nodeTitle(event.node)}: ${event.imageId} is proved but not published, because ${event.parameter} is rolled back to the copy of ${event.showing}`;
    case "RollbackStarted":
      return `${event.rule}: rolls back from the copies of ${event.heldBack} to those of ${event.showing}`;
    case "RollbackEnded":
      return `${event.rule}: the rollback has ended; copies of ${event.heldBack} are no longer held back`;
    case "RefreshStarted":
      return event.joined
        ? `${groupTitle(event)}: waiting for a replacement with instances of ${event.imageId} that is already in progress`
        : `${groupTitle(event)}: replacing ${plural(event.instances, "instance")} with instances of ${event.imageId} (refresh ${event.refreshId})`;
    case "RefreshProgressed":
    case "RefreshEnded":
      return `${groupTitle(event)}: ${refreshText(event.refresh)}`;
    case "ServiceLinkedRoleReady":
      return `account ${event.account}: service-linked role of Auto Scaling ${event.created ? "created" : "exists"}`;
    case "TaskFailed":
      return `${nodeTitle(event.task)} FAILED\n${explanationText(event.explanation)}`;
    case "TaskSkipped":
      return `${nodeTitle(event.task)} not started, because ${nodeTitle(event.because)} failed`;
    case "Interrupted":
      return "interrupted: nothing new was started; run the same command to continue";
    case "RunFinished":
      return `finished: ${event.done} succeeded, ${event.failed} failed`;
  }
}

/** AWS's own reason first, then the likely causes, each with its fix, then how to distinguish them. */
export function explanationText(explanation: Explanation, indent = "  "): string {
  const { reason, cause, fixes, others = [], distinguish, byHand } = explanation;
  const lines = [
    reason,
    ...(cause === undefined ? [] : [`cause: ${cause}`]),
    ...fixes.map((fix) => `fix: ${fix}`),
    ...others.flatMap((other) => [`or: ${other.cause}`, `fix: ${other.fix}`]),
    ...(distinguish === undefined ? [] : [`to find out which: ${distinguish}`]),
    ...(byHand === undefined ? [] : [`without Keyferry: ${byHand}`]),
  ];
  return lines.map((line) => `${indent}${line}`).join("\n");
}

/** `95` -> `1 min 35 s` */
export function duration(seconds: number): string {
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
  return `${Math.floor(seconds / 3600)} h ${Math.floor((seconds % 3600) / 60)} min`;
}

function groupTitle({ group, account, region }: { group: string; account: string; region: string }): string {
  return `${group} in ${account} ${region}`;
}

function attempt(number: number): string {
  return number > 1 ? ` (attempt ${number})` : "";
}

/** An image has snapshots; a snapshot has none. */
function withSnapshots(id: string): string {
  return id.startsWith("ami-") ? `${id} and its snapshots` : id;
}

function areShared(id: string): string {
  return id.startsWith("ami-") ? "are" : "is";
}
