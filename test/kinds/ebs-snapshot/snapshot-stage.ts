import { copyJobs, type Place, type TopologyInput } from "../../../topology";
import { homeKeyAlias } from "../../../topology/names";
import type { FakeOptions, FakeSnapshot } from "../../scripts/fake-aws/fake-cloud";
import { Stage } from "../../scripts/fake-aws/stage";

export const VOLUME = "vol-0123456789abcdef0";

/** The newest snapshot of a volume, into another account and Region, and into another account in the source's Region. */
export const LEDGER = {
  name: "acme",
  accounts: {
    builder: { id: "111111111111" },
    prod: { id: "222222222222" },
    staging: { id: "333333333333" },
  },
  snapshots: {
    ledger: {
      from: {
        account: "builder",
        region: "eu-west-1",
        newest: { volumeId: VOLUME },
        keys: ["alias/app-data"],
      },
      to: [
        { account: "prod", regions: ["eu-central-1"] },
        { account: "staging", regions: ["eu-west-1"] },
      ],
      tags: { team: "data" },
      publishTo: "/snapshots/ledger",
    },
  },
} satisfies TopologyInput;

/** Accounts with their foundation, and a snapshot of a volume. */
export class SnapshotStage extends Stage {
  readonly snapshotId: string;

  /** @param under alias of the key of its first snapshot. @default "alias/app-data" */
  constructor(input: TopologyInput = LEDGER, options: FakeOptions = {}, under?: string) {
    super(input, options, "plain");
    this.snapshotId = this.makeSnapshot(under);
  }

  /** A newer snapshot of the volume. @param under alias of its key. @default "alias/app-data" */
  makeSnapshot(under = "alias/app-data", tags: Readonly<Record<string, string>> = { app: "ledger" }): string {
    this.clock.advance(60);
    return this.cloud.addSnapshot(this.source, {
      volumeId: VOLUME,
      sizeGiB: 8,
      keyArn: this.keyArn(this.source, under),
      tags,
      description: "nightly",
    });
  }

  /** Final copies in a place, the oldest first. */
  copiesIn(place: Place): readonly FakeSnapshot[] {
    return this.cloud.snapshots.filter(
      ({ view, place: its }) =>
        its.account.id === place.account.id &&
        its.region === place.region &&
        view.tags["keyferry:role"] === "final",
    );
  }

  /** Resources of a run that should not remain: transit copies, shares, records of shares. */
  get left(): readonly string[] {
    return this.cloud.snapshots.flatMap(({ view, createVolumePermissions }) => [
      ...(view.tags["keyferry:role"] === "transit" ? [`transit ${view.snapshotId}`] : []),
      ...createVolumePermissions.map((account) => `${view.snapshotId} shared with ${account}`),
      ...Object.keys(view.tags).flatMap((key) =>
        key.startsWith("keyferry:shared-with") && !("keyferry:node" in view.tags)
          ? [`${view.snapshotId} ${key}`]
          : [],
      ),
    ]);
  }
}

/** The problems after all copies of a source were made. */
export function wrongIn(stage: SnapshotStage, source: string): readonly string[] {
  const { topology, cloud } = stage;
  const wrong = copyJobs(topology).flatMap(({ id, to, rule }) => {
    const copies = stage.copiesIn(to).filter(({ view }) => view.tags["keyferry:source-snapshot"] === source);
    const [copy] = copies;
    if (copy === undefined || copies.length > 1) return [`${id}: ${copies.length} copies`];
    const { view } = copy;
    return [
      ...(view.state === "completed" ? [] : [`${id} is ${view.state}`]),
      ...(view.keyArn === stage.keyArn(to, homeKeyAlias(topology.name))
        ? []
        : [`${id} under ${view.keyArn}`]),
      ...(cloud.shown(to, rule.publishTo ?? "") === view.snapshotId ? [] : [`${id} is not published`]),
    ];
  });
  const kept = [...cloud.parameters.keys()].filter((name) => name.includes("/keyferry/"));
  return [...wrong, ...stage.left, ...kept];
}
