import { AwsCallError, type ImagesPort, type SnapshotView } from "../../../scripts/aws";
import type { Clock } from "../../../scripts/engine/clock";
import type { Place } from "../../../topology";
import { expectCarried } from "../fake-aws/expectations";
import { Stage, TWO_ACCOUNTS } from "../fake-aws/stage";

/** A machine whose clock is ahead of AWS's. */
function withClockAhead(stage: Stage, seconds: number): void {
  const { clock } = stage;
  const ahead: Clock = {
    now: () => new Date(clock.now().getTime() + seconds * 1000),
    steady: () => clock.steady(),
    sleep: (pause, signal) => clock.sleep(pause, signal),
  };
  Object.defineProperty(stage, "clock", { value: ahead });
}

describe("a copy that fails", () => {
  it("is made once and reported with AWS's reason, also by a machine whose clock is ahead", async () => {
    const stage = new Stage(TWO_ACCOUNTS, {}, "plain");
    const place = stage.place("staging", "eu-west-1");
    const home = stage.cloud.keys.get(stage.keyArn(place, "alias/keyferry/acme/home"));
    if (home === undefined) throw new TypeError("no key");
    home.policy = { Version: "2012-10-17", Statement: [] };
    withClockAhead(stage, 120);
    const { manifest } = await stage.run();
    expect(stage.cloud.calls.filter((call) => call === "CopyImage 333333333333/eu-west-1")).toHaveLength(1);
    expect(manifest.images[0]?.jobs[1]?.reason).toContain("Given key ID is not accessible");
  });
});

/** Makes a new share visible to the copying account only after some seconds. */
function withLateShares(stage: Stage, seconds: number): void {
  const access = stage.cloud.access.bind(stage.cloud);
  let sharedAt = Number.POSITIVE_INFINITY;
  stage.cloud.access = (bomb) => {
    const aws = access(bomb);
    const images = (place: Place): ImagesPort => {
      const port = aws.images(place);
      return {
        ...port,
        changeLaunchPermissions: (imageId, change, accounts) => {
          if (change === "add") sharedAt = stage.clock.now().getTime();
          return port.changeLaunchPermissions(imageId, change, accounts);
        },
        copyImage: async (request) => {
          if (stage.clock.now().getTime() - sharedAt >= seconds * 1000) return port.copyImage(request);
          const site = { operation: "CopyImage", account: place.account.id, region: place.region };
          const message = `The image id '[${request.sourceImageId}]' does not exist`;
          throw new AwsCallError(site, { code: "InvalidAMIID.NotFound", message, transient: false });
        },
      };
    };
    return { ...aws, images };
  };
}

describe("a share that is visible to the destination only some seconds after it was made", () => {
  it("does not fail the run", async () => {
    const stage = new Stage(TWO_ACCOUNTS, {}, "plain");
    withLateShares(stage, 8);
    expect((await stage.run()).state).toBe("done");
    expectCarried(stage);
  });

  it("fails the run after the time limit for eventual consistency", async () => {
    const stage = new Stage(TWO_ACCOUNTS, {}, "plain");
    withLateShares(stage, 100_000);
    const began = stage.clock.now().getTime();
    const { state, manifest } = await stage.run();
    expect(state).toBe("failed");
    expect(manifest.images[0]?.jobs[0]?.reason).toContain("InvalidAMIID.NotFound");
    expect((stage.clock.now().getTime() - began) / 1000).toBeLessThan(60);
  });
});

/** Returns snapshots as completed only some seconds after they are. */
function withLateSnapshots(stage: Stage, seconds: number): void {
  const access = stage.cloud.access.bind(stage.cloud);
  const completedAt = new Map<string, number>();
  const late = (snapshot: SnapshotView): SnapshotView => {
    if (snapshot.state !== "completed" || !("keyferry:node" in snapshot.tags)) return snapshot;
    const now = stage.clock.now().getTime();
    const since = completedAt.get(snapshot.snapshotId) ?? now;
    completedAt.set(snapshot.snapshotId, since);
    return now - since < seconds * 1000 ? { ...snapshot, state: "pending" } : snapshot;
  };
  stage.cloud.access = (bomb) => {
    const aws = access(bomb);
    const images = (place: Place): ImagesPort => {
      const port = aws.images(place);
      return {
        ...port,
        describeSnapshots: async (filters) => (await port.describeSnapshots(filters)).map(late),
      };
    };
    return { ...aws, images };
  };
}

describe("a copy whose snapshots are returned as completed later than the image as available", () => {
  it("is verified once they are completed", async () => {
    const stage = new Stage(TWO_ACCOUNTS, {}, "plain");
    withLateSnapshots(stage, 8);
    expect((await stage.run()).state).toBe("done");
    expectCarried(stage);
  });

  it("fails if they never are", async () => {
    const stage = new Stage(TWO_ACCOUNTS, {}, "plain");
    withLateSnapshots(stage, 100_000);
    const { state, manifest } = await stage.run();
    expect(state).toBe("failed");
    expect(manifest.images[0]?.jobs[0]?.reason).toContain("is pending");
  });
});

describe("a copy that a user disabled", () => {
  it("fails its job with the fix, and is neither removed nor copied again", async () => {
    const stage = new Stage(TWO_ACCOUNTS, {}, "plain");
    await stage.run();
    const place = stage.place("staging", "eu-west-1");
    const [copy] = stage.cloud.registered(place);
    if (copy === undefined) throw new TypeError("no copy");
    copy.view.state = "disabled";
    const { state, manifest } = await stage.run();
    expect(state).toBe("failed");
    const [prod, staging] = manifest.images[0]?.jobs ?? [];
    expect(prod?.state).toBe("done");
    expect(staging?.reason).toContain(`${copy.view.id} in 333333333333 eu-west-1 is disabled`);
    expect(staging?.reason).toContain("enable");
    expect(stage.cloud.registered(place)).toEqual([copy]);

    copy.view.state = "available";
    expect((await stage.run()).state).toBe("done");
  });
});
