import { copyJobs, homeKeyAlias, sharedImagesKey, type CopyJob, type KindName } from "../../../topology";
import { volumeKeyAliases } from "../../../topology/registered-access";
import { idOf } from "./call";
import type { FakeCloud } from "./fake-cloud";
import type { Stage } from "./stage";

/** A final copy of any kind. */
interface Final {
  readonly id: string;
  readonly isAvailable: boolean;
  readonly tags: Readonly<Record<string, string>>;
  /** ARN of the key of each volume, by device name; for a snapshot, under an empty name. */
  readonly keys: readonly (readonly [device: string, keyArn: string | undefined])[];
  readonly sharedWith: readonly string[];
}

/** The tag that names the source, and the copies of a kind in a place. */
const KINDS: Readonly<
  Record<
    KindName,
    { readonly tag: string; readonly held: (cloud: FakeCloud, to: CopyJob["to"]) => readonly Final[] }
  >
> = {
  ami: {
    tag: "keyferry:source-image",
    held: (cloud, to) =>
      cloud.registered(to).map((image) => ({
        id: image.view.id,
        isAvailable: image.view.state === "available",
        tags: image.view.tags,
        keys: image.view.volumes.map(
          ({ deviceName, snapshotId }) =>
            [
              deviceName,
              cloud.snapshotsOf(image).find(({ view }) => view.snapshotId === snapshotId)?.view.keyArn,
            ] as const,
        ),
        sharedWith: image.launchPermissions,
      })),
  },
  "ebs-snapshot": {
    tag: "keyferry:source-snapshot",
    held: (cloud, to) =>
      cloud.snapshots
        .filter(({ place }) => idOf(place) === idOf(to))
        .map(({ view, createVolumePermissions }) => ({
          id: view.snapshotId,
          isAvailable: view.state === "completed",
          tags: view.tags,
          keys: [["", view.keyArn]],
          sharedWith: createVolumePermissions,
        })),
  },
  "db-snapshot": {
    tag: "keyferry:source-db-snapshot",
    held: (cloud, to) =>
      cloud.dbSnapshots
        .filter(({ place }) => idOf(place) === idOf(to))
        .map(({ view, sharedWith }) => ({
          id: view.arn,
          isAvailable: view.state === "available",
          tags: view.tags,
          keys: [["", view.keyArn]],
          sharedWith,
        })),
  },
};

/**
 * Every difference between a cloud and the result of a finished run, for any kind and route: every copy exists once, is a copy of its
 * source, available, under its key, published, and shared only with accounts that launch from it; nothing temporary is left.
 * @param sources rule -> id of its source
 */
export function wrongIn(stage: Stage, sources: Readonly<Record<string, string>>): readonly string[] {
  const finals = copyJobs(stage.topology).map((job) => ({ job, copies: finalsOf(stage, job) }));
  const kept = new Set([
    ...Object.values(sources),
    ...finals.flatMap(({ copies }) => copies.map(({ id }) => id)),
  ]);
  return [
    ...finals.flatMap(({ job, copies }) =>
      wrongWith(
        stage,
        job,
        copies.filter(({ tags }) => tags[KINDS[job.rule.kind].tag] === sources[job.rule.name]),
      ),
    ),
    ...left(stage.cloud, kept),
  ];
}

function finalsOf({ cloud }: Stage, { rule, to }: CopyJob): readonly Final[] {
  const node = `${rule.name}/final/${to.account.name}/${to.region}`;
  return KINDS[rule.kind].held(cloud, to).filter(({ tags }) => tags["keyferry:node"] === node);
}

function wrongWith(stage: Stage, { id, rule, to }: CopyJob, copies: readonly Final[]): readonly string[] {
  const [copy] = copies;
  if (copy === undefined || copies.length > 1) return [`${id}: ${copies.length} copies`];
  const { topology, cloud } = stage;
  const launching = to.shares ?? [];
  const key = stage.keyArn(to, to.shares ? sharedImagesKey(topology, to).alias : homeKeyAlias(topology.name));
  const volumeKeys = new Map(
    Object.entries(volumeKeyAliases(topology, to)).map(([device, alias]) => [
      device,
      stage.keyArn(to, alias),
    ]),
  );
  const shared = [...new Set(launching.map(({ account }) => account.id))];
  const shownIn = rule.publishTo === undefined ? [] : to.shares === undefined ? [to] : launching;
  return [
    ...(copy.isAvailable ? [] : [`${id}: ${copy.id} is not available`]),
    ...copy.keys
      .filter(([device, under]) => under !== (volumeKeys.get(device) ?? key))
      .map(([device, under]) => `${id}: ${device} under ${under}`),
    ...(sorted(copy.sharedWith) === sorted(shared) ? [] : [`${id}: shared with ${copy.sharedWith.join()}`]),
    ...shownIn
      .filter((place) => cloud.shown(place, rule.publishTo ?? "") !== copy.id)
      .map((place) => `${id}: not published in ${idOf(place)}`),
  ];
}

/** Temporary resources that are left. @param kept ids of sources and final copies */
function left(cloud: FakeCloud, kept: ReadonlySet<string>): readonly string[] {
  const images = cloud.images.filter(({ registered }) => registered);
  const held = new Set(images.flatMap(({ view }) => view.volumes.map(({ snapshotId }) => snapshotId)));
  const records = (id: string, tags: Readonly<Record<string, string>>) =>
    Object.keys(tags).some((key) => key.startsWith("keyferry:shared-with")) && !("keyferry:node" in tags)
      ? [`${id} still says with whom it is shared`]
      : [];
  const shares = (id: string, accounts: readonly string[]) =>
    accounts.length === 0 ? [] : [`${id} is shared with ${accounts.join()}`];
  return [
    ...images.flatMap(({ view, launchPermissions }) => [
      ...(view.tags["keyferry:role"] === "transit" ? [`${view.id} is left`] : []),
      ...(isToStay(view.tags) ? [] : shares(view.id, launchPermissions)),
      ...records(view.id, view.tags),
    ]),
    ...cloud.snapshots.flatMap(({ view, createVolumePermissions }) => [
      ...(held.has(view.snapshotId) || kept.has(view.snapshotId) ? [] : [`${view.snapshotId} is left`]),
      ...(isToStay(view.tags) ? [] : shares(view.snapshotId, createVolumePermissions)),
      ...records(view.snapshotId, view.tags),
    ]),
    ...cloud.dbSnapshots.flatMap(({ view, sharedWith }) => [
      ...(view.tags["keyferry:role"] === "transit" ? [`${view.arn} is left`] : []),
      ...shares(view.arn, sharedWith),
      ...records(view.arn, view.tags),
    ]),
    ...[...cloud.objects.objects.keys()].map((object) => `the object ${object} is left`),
    ...[...cloud.objects.uploads.values()].map(({ key }) => `an upload of ${key} is left`),
    ...[...cloud.parameters.keys()]
      .filter((name) => name.includes("/keyferry/"))
      .map((name) => `${name} is left`),
  ];
}

/** Shares of final copies are compared with the topology. */
function isToStay(tags: Readonly<Record<string, string>>): boolean {
  return ["final", "shared"].includes(tags["keyferry:role"] ?? "");
}

function sorted(accounts: readonly string[]): string {
  return [...accounts].sort().join();
}
