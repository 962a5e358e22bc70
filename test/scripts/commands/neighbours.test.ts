import { clean } from "../../../scripts/commands/clean";
import { rollback } from "../../../scripts/commands/rollback";
import { status } from "../../../scripts/commands/status";
import { verify } from "../../../scripts/commands/verify";
import { AWS_SETTINGS } from "../../../scripts/engine/settings";
import { copyJobs, type Place, type TopologyInput } from "../../../topology";
import type { FakeImage } from "../fake-aws/fake-cloud";
import { Stage, TWO_ACCOUNTS } from "../fake-aws/stage";

const WEEK = 7 * 24 * 3600;
const KEEP = 2;

const web = TWO_ACCOUNTS.images["web"] as NonNullable<TopologyInput["images"]>[string];
const KEEPING: TopologyInput = {
  ...TWO_ACCOUNTS,
  images: { web: { ...web, to: web.to.map(({ account, regions }) => ({ account, regions, keep: KEEP })) } },
};

/** Other teams in the same accounts: they copy every image of Keyferry that they can see, with its tags. */
class Neighbours {
  private readonly images = new Set<FakeImage>();
  private made = 0;

  constructor(readonly stage: Stage) {}

  /** One copy of an image with all of its tags, and one that is registered from its snapshots. */
  copy(image: FakeImage, place: Place = image.place): void {
    const { cloud } = this.stage;
    this.made += 1;
    const { id: imageId, tags } = image.view;
    const name = `theirs ${this.made} of ${image.view.name}`;
    const copied = cloud.image(cloud.addCopy(place, name, tags, imageId));
    const registered = cloud.image(cloud.addImage(place, `registered ${name}`, []));
    registered.view.tags = tags;
    registered.view.volumes = copied.view.volumes;
    const failed = cloud.image(cloud.addCopy(place, `failed ${name}`, tags, imageId));
    failed.view.state = "failed";
    const orphaned = cloud.image(cloud.addCopy(place, `gone ${name}`, tags, imageId));
    orphaned.registered = false;
    for (const each of [copied, registered, failed, orphaned]) {
      each.view.tags = tags;
      for (const snapshot of cloud.snapshotsOf(each)) snapshot.view.tags = tags;
      each.launchPermissions.push("222222222222", "333333333333");
      for (const { createVolumePermissions } of cloud.snapshotsOf(each))
        createVolumePermissions.push("222222222222", "333333333333");
      this.images.add(each);
    }
    this.copySnapshots(image, place);
  }

  /** Tools that copy a snapshot with its description and its tags. */
  private copySnapshots(image: FakeImage, place: Place): void {
    const { cloud, clock } = this.stage;
    clock.advance(3600);
    for (const { view } of cloud.snapshotsOf(image)) {
      const theirs = cloud.image(cloud.addImage(place, "", [{ deviceName: "/dev/xvda", sizeGiB: 8 }]));
      theirs.registered = false;
      for (const copy of cloud.snapshotsOf(theirs)) {
        copy.view.tags = view.tags;
        if (view.description !== undefined) copy.view.description = view.description;
      }
      this.images.add(theirs);
    }
  }

  /** All resources of the other teams, as AWS has them. */
  dump(): readonly unknown[] {
    const { cloud } = this.stage;
    return [...this.images].map((image) => structuredClone({ image, snapshots: cloud.snapshotsOf(image) }));
  }
}

function ours(stage: Stage, place: Place): readonly string[] {
  return stage.cloud
    .registered(place)
    .map(({ view }) => view.name)
    .filter((name) => /^web-\d+$/.test(name));
}

const look = (stage: Stage) => ({ topology: stage.topology, aws: stage.cloud.access(), clock: stage.clock });

const procedure = (stage: Stage) => ({
  ...look(stage),
  settings: AWS_SETTINGS,
  keeper: {
    me: { host: "laptop", pid: 99, run: "run-99" },
    clock: stage.clock,
    settings: AWS_SETTINGS,
    isAlive: () => false,
  },
  listener: () => undefined,
  signal: new AbortController().signal,
});

/** Builds and carries an image; the other teams immediately copy everything that the run makes visible. */
async function week(stage: Stage, neighbours: Neighbours, build: number, volumes: "plain" | "mixed") {
  if (build > 1) stage.makeImage(`web-${build}`, volumes);
  const copied = new Set<string>();
  const { state } = await stage.run({
    listener: (event) => {
      if (event.code !== "CopyAvailable" && event.code !== "Shared") return;
      if (copied.has(event.imageId)) return;
      copied.add(event.imageId);
      neighbours.copy(stage.cloud.image(event.imageId));
    },
  });
  stage.clock.advance(WEEK);
  return state;
}

describe.each(["plain", "mixed"] as const)(
  "in an account shared with other teams (%s snapshots)",
  (volumes) => {
    it("five weekly runs, clean and a rollback complete without changing the other teams' resources", async () => {
      const stage = new Stage(KEEPING, {}, volumes);
      const neighbours = new Neighbours(stage);
      for (let build = 1; build <= 5; build += 1) {
        expect(await week(stage, neighbours, build, volumes)).toBe("done");
        const before = neighbours.dump();
        const places = copyJobs(stage.topology).map(({ to }) => to);
        for (const place of places) {
          for (const image of stage.cloud.registered(place).filter(({ view }) => /^web-\d+$/.test(view.name)))
            for (const other of places) neighbours.copy(image, other);
        }
        expect(neighbours.dump().slice(0, before.length)).toEqual(before);
      }
      const before = neighbours.dump();
      const dead = await clean({ ...procedure(stage), foundation: stage.foundation(), apply: true });
      expect(dead.leftovers).toEqual([]);
      expect(await stage.run()).toMatchObject({ state: "done" });
      for (const { to } of copyJobs(stage.topology)) expect(ours(stage, to)).toEqual(["web-4", "web-5"]);
      expect(await verify(look(stage))).toMatchObject({ ok: true, leftovers: [], unexplained: [] });
      const seen = await status(look(stage), stage.foundation(), []);
      expect(seen.plan.counts).toMatchObject({ copy: 0, stand: 2, remove: 0 });
      const back = await rollback({
        ...procedure(stage),
        journal: { past: [], append: () => undefined },
        request: { rule: "web" },
      });
      const shown = back.manifest.images[0]?.jobs.map(
        ({ imageId = "" }) => stage.cloud.image(imageId).view.name,
      );
      expect(shown).toEqual(["web-4", "web-4"]);
      expect(neighbours.dump()).toEqual(before);
    });
  },
);
