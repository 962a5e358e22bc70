import { verify } from "../../../scripts/commands/verify";
import { AwsCallError, type AwsAccess } from "../../../scripts/aws";
import { copyJobs } from "../../../topology";
import { LEDGER, SnapshotStage, wrongIn } from "./snapshot-stage";

function keeping(keep: number) {
  const ledger = LEDGER.snapshots.ledger;
  return { ...LEDGER, snapshots: { ledger: { ...ledger, to: ledger.to.map((to) => ({ ...to, keep })) } } };
}

/** The response to the first CopySnapshot is lost; EC2 has made the copy, or not. */
function losingAnswer(aws: AwsAccess, isMade: boolean): AwsAccess {
  let isLost = false;
  return {
    ...aws,
    images: (place) => {
      const port = aws.images(place);
      return {
        ...port,
        copySnapshot: async (request) => {
          if (isLost) return port.copySnapshot(request);
          isLost = true;
          if (isMade) await port.copySnapshot(request);
          const site = { operation: "CopySnapshot", account: place.account.id, region: place.region };
          throw new AwsCallError(site, { code: "TimeoutError", message: "timed out", transient: true });
        },
      };
    },
  };
}

describe("a snapshot that belongs to no image", () => {
  it("is copied through a transit copy, ends under each destination's own key, and is published", async () => {
    const stage = new SnapshotStage();
    expect((await stage.run()).state).toBe("done");
    expect(wrongIn(stage, stage.snapshotId)).toEqual([]);
    const [copy] = stage.copiesIn(stage.place("prod", "eu-central-1"));
    expect(copy?.view.tags).toMatchObject({ team: "data", app: "ledger" });
    expect(copy?.view.description).toMatch(/^nightly \[copied by Keyferry from snap-\w+ in eu-west-1 at /);
    expect(stage.cloud.calls.filter((call) => /CopyImage|DescribeImages/.test(call))).toEqual([]);
  });

  it("is copied directly if it is under the transit key", async () => {
    const stage = new SnapshotStage();
    const newer = stage.makeSnapshot("alias/keyferry/acme/transit");
    expect((await stage.run()).state).toBe("done");
    expect(wrongIn(stage, newer)).toEqual([]);
    expect(stage.cloud.calls.filter((call) => call.startsWith("CopySnapshot"))).toHaveLength(2);
  });

  it("is copied through a transit copy if it is under the EBS default key, which cannot be shared", async () => {
    const stage = new SnapshotStage();
    const newer = stage.makeSnapshot("alias/aws/ebs");
    expect((await stage.run()).state).toBe("done");
    expect(wrongIn(stage, newer)).toEqual([]);
    expect(stage.cloud.calls.filter((call) => call.startsWith("CopySnapshot"))).toHaveLength(3);
  });

  it("is copied only once when the run is repeated", async () => {
    const stage = new SnapshotStage();
    await stage.run();
    const before = stage.cloud.snapshots.length;
    expect((await stage.run()).state).toBe("done");
    expect(stage.cloud.snapshots).toHaveLength(before);
    const proof = await verify({ topology: stage.topology, aws: stage.cloud.access(), clock: stage.clock });
    expect(proof.jobs.map(({ wrong }) => wrong)).toEqual([[], []]);
  });

  it("is the newest snapshot with all tags, and never a copy", async () => {
    const { from, to } = LEDGER.snapshots.ledger;
    const byTag = { ...from, newest: { tags: { app: "ledger", tier: "gold" } } };
    const stage = new SnapshotStage({
      ...LEDGER,
      snapshots: { ledger: { ...LEDGER.snapshots.ledger, from: byTag, to } },
    });
    const gold = stage.makeSnapshot("alias/app-data", { app: "ledger", tier: "gold" });
    stage.makeSnapshot("alias/app-data", { app: "ledger" });
    expect((await stage.run()).state).toBe("done");
    expect(wrongIn(stage, gold)).toEqual([]);
  });

  it("gets tags that were added to the source later on the existing copy", async () => {
    const stage = new SnapshotStage();
    await stage.run();
    const source = stage.cloud.snapshots.find(({ view }) => view.snapshotId === stage.snapshotId);
    source!.view.tags = { ...source!.view.tags, owner: "finance" };
    expect((await stage.run()).state).toBe("done");
    const [copy] = stage.copiesIn(stage.place("staging", "eu-west-1"));
    expect(copy?.view.tags).toMatchObject({ owner: "finance" });
  });
});

describe("older copies of a snapshot", () => {
  it("are removed beyond the number that the topology keeps", async () => {
    const stage = new SnapshotStage(keeping(1));
    await stage.run();
    const newer = stage.makeSnapshot();
    expect((await stage.run()).state).toBe("done");
    expect(wrongIn(stage, newer)).toEqual([]);
    for (const { to } of copyJobs(stage.topology)) expect(stage.copiesIn(to)).toHaveLength(1);
  });

  it("are kept if an image uses them", async () => {
    const stage = new SnapshotStage(keeping(1));
    await stage.run();
    const staging = stage.place("staging", "eu-west-1");
    const [copy] = stage.copiesIn(staging);
    const imageId = stage.cloud.addImage(staging, "restored", [{ deviceName: "/dev/xvda", sizeGiB: 8 }]);
    const image = stage.cloud.images.find(({ view }) => view.id === imageId);
    image!.view.volumes = [{ ...image!.view.volumes[0]!, snapshotId: copy!.view.snapshotId }];
    stage.makeSnapshot();
    expect((await stage.run()).state).toBe("done");
    expect(stage.copiesIn(staging).map(({ view }) => view.snapshotId)).toContain(copy?.view.snapshotId);
    expect(stage.copiesIn(stage.place("prod", "eu-central-1"))).toHaveLength(1);
  });

  it("do not include copies that someone else made with their tags and description", async () => {
    const stage = new SnapshotStage(keeping(1));
    await stage.run();
    const prod = stage.place("prod", "eu-central-1");
    const { tags, description } = stage.copiesIn(prod)[0]!.view;
    stage.clock.advance(3600);
    const theirs = stage.cloud.addSnapshot(prod, { sizeGiB: 8, tags, description: description ?? "" });
    stage.makeSnapshot();
    expect((await stage.run()).state).toBe("done");
    expect(stage.copiesIn(prod).map(({ view }) => view.snapshotId)).toContain(theirs);
    expect(stage.copiesIn(prod)).toHaveLength(2);
  });
});

describe("a second copy of one source", () => {
  async function withSecondCopy(input: typeof LEDGER) {
    const stage = new SnapshotStage(input);
    await stage.run();
    const prod = stage.place("prod", "eu-central-1");
    const [first] = stage.copiesIn(prod);
    stage.clock.advance(1);
    const now = stage.clock.now().toISOString();
    const description = first!.view.description!.replace(/at \S+\]$/, `at ${now}]`);
    const { keyArn, tags } = first!.view;
    const second = stage.cloud.addSnapshot(prod, { sizeGiB: 8, keyArn: keyArn!, tags, description });
    return { stage, first: first!.view.snapshotId, second, prod };
  }

  it("is removed together with older copies, and the published copy is kept", async () => {
    const { stage, first, prod } = await withSecondCopy(keeping(1));
    expect((await stage.run()).state).toBe("done");
    expect(stage.copiesIn(prod).map(({ view }) => view.snapshotId)).toEqual([first]);
  });

  it("is reported by verify if everything is kept", async () => {
    const { stage, second } = await withSecondCopy(LEDGER);
    expect((await stage.run()).state).toBe("done");
    const proof = await verify({ topology: stage.topology, aws: stage.cloud.access(), clock: stage.clock });
    expect(proof.jobs[0]?.wrong.join()).toContain(`${second} is a second copy of ${stage.snapshotId}`);
  });
});

describe("CopySnapshot, which has no ClientToken,", () => {
  it.each([
    ["has made the copy", true],
    ["has not", false],
  ])("makes one copy if its response is lost and EC2 %s", async (_what, isMade) => {
    const stage = new SnapshotStage(LEDGER, { lagSeconds: 5 });
    expect((await stage.run({ around: (aws) => losingAnswer(aws, isMade) })).state).toBe("done");
    expect(wrongIn(stage, stage.snapshotId)).toEqual([]);
    expect(stage.cloud.snapshots.filter(({ copy }) => copy !== undefined)).toHaveLength(2);
  });
});
