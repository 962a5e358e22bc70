import { isRegion, snapshotArn } from "@keyferry/common";
import type { AccessCheck, Call, Cloud, JsonObject } from "../../../contract";
import { AwsError } from "../../../contract";
import { ownCheck, requestTagContext, snapshotCheck, tagOnCreateCheck } from "../access";
import { visibleSnapshot } from "../catalogue";
import { chooseCopyKey, type CopyKey } from "../encryption/copy-key";
import { refuseDecryption } from "../encryption/refusals";
import { checkId, incorrectState } from "../errors";
import { newId } from "../ids";
import { requiredText, text } from "../input";
import { ec2Operation } from "../operation";
import { refuseBeyond, refuseSnapshotBeyond } from "../quotas";
import { ownedBy, put } from "../shelf";
import type { Ec2State, Snapshot } from "../state";
import { readTagSpecifications, setTags, tagSet, tagsOf } from "../tags/tags";
import { carryOut } from "./copying";
import { originVolume } from "./incremental";
import { readPace, type Pace } from "./time-based";

/** The volume id that copies show. */
const NO_VOLUME = "vol-ffffffff";

/**
 * CopySnapshot, called in the destination Region. It has no ClientToken: every call creates a copy. A source that does
 * not exist or is not shared is accepted, and the copy fails; the same applies to keys that turn out to be unusable.
 * Source: EC2 API reference, "CopySnapshot"; AWS's behaviour as captured in terraform-provider-aws.
 */
export function copySnapshot(state: Ec2State) {
  return ec2Operation({
    parameters: [
      "SourceSnapshotId",
      "SourceRegion",
      "Description",
      "Encrypted",
      "KmsKeyId",
      "TagSpecification",
      "CompletionDurationMinutes",
      // Clients add both for encrypted sources; the Region of the call is the destination, regardless of these.
      "PresignedUrl",
      "DestinationRegion",
    ],
    checks: (call) => checks(state, call),
    run: (call, cloud) => run(state, call, cloud),
  });
}

/** Source and copy. Source: service authorization reference, "Amazon EC2", CopySnapshot. */
function checks(state: Ec2State, call: Call): readonly AccessCheck[] {
  const sourceId = requiredText(call.input, "SourceSnapshotId");
  const region = sourceRegion(call);
  const { account } = call.caller;
  const { snapshot: tags } = readTagSpecifications(call.input, ["snapshot"]);
  const copy = snapshotArn(call.region, "*");
  const source = visibleSnapshot(state, sourceId, account, region);
  const sourceCheck = snapshotCheck(call, sourceId, source, tagsOf(state, account, sourceId));
  return [
    { ...sourceCheck, resource: snapshotArn(region, sourceId) },
    ownCheck(call, copy, { "ec2:Owner": account, ...requestTagContext(tags) }),
    ...tagOnCreateCheck(call, copy, tags),
  ];
}

function sourceRegion(call: Call): string {
  const region = requiredText(call.input, "SourceRegion");
  if (!isRegion(region)) throw new AwsError("InvalidParameterValue", `Invalid source region: ${region}`);
  return region;
}

/** No awaits from here on, so that two calls cannot both find the last place free. */
function run(state: Ec2State, call: Call, cloud: Cloud): JsonObject {
  const sourceId = requiredText(call.input, "SourceSnapshotId");
  checkId("snapshot", sourceId);
  const source = sourceToCopy(state, call, sourceId);
  const { snapshot: tags } = readTagSpecifications(call.input, ["snapshot"]);
  const region = sourceRegion(call);
  const pace = readPace(state, call, region, source);
  refuseTooMany(state, call);
  refuseSnapshotBeyond(state, call.caller.account, call.region);
  const keyArn = chooseCopyKey(state, call, cloud)(source ?? {});
  const copy = newCopy(call, cloud, { snapshotId: sourceId, region }, source, keyArn, pace);
  put(state.snapshots, copy.snapshotId, copy);
  setTags(state, copy.owner, copy.snapshotId, tags);
  carryOut(state, cloud, { caller: call.caller, original: source, copy });
  return { snapshotId: copy.snapshotId, tagSet: tagSet(tags) };
}

/**
 * The source if the caller sees it.
 * @throws InvalidRequest for an unencrypted copy of an encrypted source, IncorrectState unless it is completed and in
 *   the standard tier
 */
function sourceToCopy(state: Ec2State, call: Call, sourceId: string): Snapshot | undefined {
  const source = visibleSnapshot(state, sourceId, call.caller.account, sourceRegion(call));
  refuseDecryption(call, source === undefined ? [] : [source]);
  if (source === undefined) return undefined;
  if (source.state !== "completed") {
    throw incorrectState(`Snapshot ${sourceId} is in state '${source.state}', not 'completed'.`);
  }
  if (source.storage?.tier === "archive") {
    throw incorrectState(`Snapshot ${sourceId} is archived; restore it before you copy it.`);
  }
  return source;
}

function newCopy(
  call: Call,
  cloud: Cloud,
  from: NonNullable<Snapshot["copiedFrom"]>,
  source: Snapshot | undefined,
  keyArn: CopyKey,
  pace: Pace | undefined,
): Snapshot {
  return {
    snapshotId: newId("snap"),
    region: call.region,
    owner: call.caller.account,
    volumeId: NO_VOLUME,
    volumeSize: source?.volumeSize ?? 0,
    dataBytes: source?.dataBytes ?? 0,
    // The text "[Copied ...]" that many copies have is added by the console.
    description: text(call.input, "Description") ?? "",
    startTime: cloud.clock.now().toISOString(),
    keyArn,
    public: false,
    createVolumePermissions: [],
    state: "pending",
    progress: 0,
    copiedFrom: from,
    originVolumeId: source === undefined ? undefined : originVolume(source),
    ...pace,
  };
}

/**
 * Copies that CopyImage creates are not counted: AWS does not say that they are.
 * @throws ResourceLimitExceeded
 */
function refuseTooMany(state: Ec2State, call: Call): void {
  const pending = [...ownedBy(state.snapshots, call.region, call.caller.account)].filter(
    ({ state: now, copiedFrom }) =>
      now === "pending" && copiedFrom !== undefined && copiedFrom.forImage === undefined,
  );
  refuseBeyond(
    state,
    call.caller.account,
    "snapshotCopies",
    pending.length,
    (limit) => `Too many snapshot copies in progress. The limit is ${limit} for this destination region.`,
  );
}
