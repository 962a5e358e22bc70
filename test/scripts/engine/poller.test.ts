import { imageWatcher } from "../../../kinds/ami/carry/watcher";
import {
  AwsCallError,
  type AwsAccess,
  type ImagesPort,
  type ImageView,
  type SnapshotView,
} from "../../../scripts/aws";
import type { CopyProgress } from "../../../scripts/engine/events";
import { CopyPoller } from "../../../scripts/engine/poller";
import { AWS_SETTINGS, type Settings } from "../../../scripts/engine/settings";
import { FakeClock } from "../fake-aws/fake-clock";

function image(imageId: string, state: string, stateReason?: string): ImageView {
  return {
    id: imageId,
    name: imageId,
    ownerId: "111111111111",
    state,
    ...(stateReason === undefined ? {} : { stateReason }),
    creationDate: "2026-01-01T00:00:00Z",
    marketplaceCodes: [],
    tags: {},
    volumes: [{ deviceName: "/dev/xvda", snapshotId: `snap-${imageId}`, sizeGiB: 8, settings: {} }],
    devices: ["/dev/xvda"],
    attributes: {},
    isPublic: false,
    deregistrationProtection: "disabled",
  };
}

function snapshot(imageId: string, progressPercent: number, stateMessage?: string): SnapshotView {
  return {
    snapshotId: `snap-${imageId}`,
    startTime: "2026-01-01T00:00:00.000Z",
    state: "pending",
    ...(stateMessage === undefined ? {} : { stateMessage }),
    progressPercent,
    encrypted: true,
    sizeGiB: 8,
    tags: {},
  };
}

/** A poller on a port whose responses the test defines; `looks` records the time and the arguments of each call. */
function poller(
  answer: (seconds: number) => { images: ImageView[]; snapshots?: SnapshotView[] },
  changes: Partial<Settings> = {},
  signal?: AbortSignal,
) {
  const clock = new FakeClock();
  const began = clock.now().getTime();
  const seconds = () => (clock.now().getTime() - began) / 1000;
  const looks: { at: number; ids: readonly string[] }[] = [];
  const port = {
    describeImages: async (filters: Record<string, readonly string[]>) => {
      looks.push({ at: seconds(), ids: filters["image-id"] ?? [] });
      return answer(seconds()).images;
    },
    describeSnapshots: async () => answer(seconds()).snapshots ?? [],
  } as unknown as ImagesPort;
  const place = { account: { name: "prod", id: "222222222222", runnerRole: "runner" }, region: "eu-west-1" };
  const watcher = imageWatcher({ images: () => port } as unknown as AwsAccess, place);
  const settings: Settings = {
    ...AWS_SETTINGS,
    pollMinSeconds: 4,
    pollMaxSeconds: 16,
    progressSeconds: 16,
    missingAfterSeconds: 60,
    ...changes,
  };
  return {
    poller: new CopyPoller(watcher, clock, settings, signal ?? new AbortController().signal),
    looks,
    seconds,
    clock,
  };
}

const ignore = () => undefined;

describe("the poller", () => {
  it("reads all waiting copies in one call", async () => {
    const { poller: waiting, looks } = poller((at) => ({
      images: ["ami-1", "ami-2", "ami-3"].map((id) => image(id, at < 4 ? "pending" : "available")),
    }));
    const ends = [
      waiting.wait("ami-1", ignore),
      waiting.wait("ami-2", ignore),
      waiting.wait("ami-3", ignore),
    ];
    expect((await Promise.all(ends)).map((end) => end.state)).toEqual([
      "available",
      "available",
      "available",
    ]);
    expect(looks.at(-1)?.ids).toEqual(["ami-1", "ami-2", "ami-3"]);
    expect(looks.length).toBeLessThanOrEqual(3);
  });

  it("checks less often while nothing changes, up to the longest pause", async () => {
    const { poller: waiting, looks } = poller((at) => ({
      images: [image("ami-1", at > 150 ? "available" : "pending")],
      snapshots: [snapshot("ami-1", 0)],
    }));
    await waiting.wait("ami-1", ignore);
    const pauses = looks.slice(1).map((look, index) => look.at - (looks[index]?.at ?? 0));
    expect(looks[0]?.at).toBe(16);
    expect(Math.min(...pauses)).toBeGreaterThanOrEqual(4);
    expect(Math.max(...pauses)).toBe(16);
  });

  it("checks when a copy's progress predicts its end, and rarely before", async () => {
    const ends = 400;
    const {
      poller: waiting,
      looks,
      seconds,
    } = poller(
      (at) => ({
        images: [image("ami-1", at >= ends ? "available" : "pending")],
        snapshots: [snapshot("ami-1", Math.min(99, Math.floor((at / ends) * 100)))],
      }),
      { pollMaxSeconds: 300, progressSeconds: 300 },
    );
    await waiting.wait("ami-1", ignore);
    expect(looks.length).toBeLessThan(12);
    expect(seconds()).toBeLessThan(ends * 1.05);
  });

  it("finds copies that end close to each other in one check", async () => {
    const ends = [400, 405, 410];
    const isPending = (at: number, index: number) => at < (ends[index] ?? 0);
    const { poller: waiting, looks } = poller(
      (at) => ({
        images: ends.map((_, index) => image(`ami-${index}`, isPending(at, index) ? "pending" : "available")),
        snapshots: ends.map((end, index) => snapshot(`ami-${index}`, Math.floor((at / end) * 1000) / 10)),
      }),
      { pollMaxSeconds: 300, progressSeconds: 300 },
    );
    const waits = ends.map((_, index) => waiting.wait(`ami-${index}`, ignore));
    await Promise.all(waits);
    expect(looks.filter(({ at }) => at > 395).length).toBeLessThanOrEqual(2);
  });

  it("checks a copy that is added later in time while it waits for one that ends much later", async () => {
    const {
      poller: waiting,
      looks,
      clock,
    } = poller(
      (at) => ({
        images: [
          image("ami-1", at >= 1000 ? "available" : "pending"),
          image("ami-2", at > 300 ? "available" : "pending"),
        ],
        snapshots: [snapshot("ami-1", Math.min(99, at / 10))],
      }),
      { pollMaxSeconds: 120, progressSeconds: 600 },
    );
    const first = waiting.wait("ami-1", ignore);
    await clock.sleep(298);
    await waiting.wait("ami-2", ignore);
    expect(looks.at(-1)?.at).toBeLessThan(298 + 24 + 120);
    await first;
  });

  it("reports progress once for each change, with AWS's own words", async () => {
    const { poller: waiting } = poller((at) => ({
      images: [image("ami-1", at > 60 ? "available" : "pending")],
      snapshots: [snapshot("ami-1", at > 30 ? 75 : 25, at > 30 ? "slow today" : undefined)],
    }));
    const reported: CopyProgress[] = [];
    await waiting.wait("ami-1", (progress) => reported.push(progress));
    expect(reported).toEqual([
      { state: "pending", percent: 25 },
      { state: "pending", percent: 75, reason: "slow today" },
    ]);
  });

  it("returns a failed copy with its snapshots", async () => {
    const { poller: waiting } = poller(() => ({
      images: [image("ami-1", "failed", "internal error")],
      snapshots: [snapshot("ami-1", 0, "Given key ID is not accessible")],
    }));
    const end = await waiting.wait("ami-1", ignore);
    expect(end).toMatchObject({
      state: "dead",
      snapshots: [{ stateMessage: "Given key ID is not accessible" }],
    });
  });

  it("treats an image that AWS never returns as missing, but not one that is only late", async () => {
    const late = poller((at) => ({ images: at < 30 ? [] : [image("ami-1", "available")] }));
    expect((await late.poller.wait("ami-1", ignore)).state).toBe("available");
    const never = poller(() => ({ images: [] }));
    expect((await never.poller.wait("ami-1", ignore)).state).toBe("missing");
    expect(never.seconds()).toBeGreaterThanOrEqual(60);
  });

  it("does not treat a copy as missing if one response leaves it out", async () => {
    const { poller: waiting } = poller((at) => ({
      images: at > 100 && at < 120 ? [] : [image("ami-1", at < 200 ? "pending" : "available")],
    }));
    expect((await waiting.wait("ami-1", ignore)).state).toBe("available");
  });

  it("treats a copy that was returned before as missing if later responses do not contain it", async () => {
    const { poller: waiting, seconds } = poller((at) => ({
      images: at > 100 ? [] : [image("ami-1", "pending")],
    }));
    expect((await waiting.wait("ami-1", ignore)).state).toBe("missing");
    expect(seconds()).toBeGreaterThanOrEqual(160);
  });

  it("does not wait for a copy that a user disabled", async () => {
    const { poller: waiting } = poller((at) => ({
      images: [image("ami-1", at < 20 ? "pending" : "disabled")],
    }));
    expect((await waiting.wait("ami-1", ignore)).state).toBe("disabled");
  });

  it("tolerates a temporary failure of a check, and no other", async () => {
    const broken = (transient: boolean) =>
      new AwsCallError(
        { operation: "DescribeImages", account: "1", region: "r" },
        { code: "X", message: "", transient },
      );
    let failures = 2;
    const passing = poller(() => {
      if (failures-- > 0) throw broken(true);
      return { images: [image("ami-1", "available")] };
    });
    expect((await passing.poller.wait("ami-1", ignore)).state).toBe("available");
    const lasting = poller(() => {
      throw broken(false);
    });
    await expect(lasting.poller.wait("ami-1", ignore)).rejects.toThrow("DescribeImages");
  });

  it("survives a network outage of ten minutes, and fails if the network does not return", async () => {
    const gone = new AwsCallError(
      { operation: "DescribeImages", account: "1", region: "r" },
      { code: "ENOTFOUND", message: "", transient: true },
    );
    const { pollMinSeconds, pollMaxSeconds } = AWS_SETTINGS;
    const until = (end: number) =>
      poller(
        (at) => {
          if (at > 60 && at < end) throw gone;
          return { images: [image("ami-1", at < end ? "pending" : "available")] };
        },
        { pollMinSeconds, pollMaxSeconds },
      );
    expect((await until(660).poller.wait("ami-1", ignore)).state).toBe("available");
    await expect(until(100_000).poller.wait("ami-1", ignore)).rejects.toThrow("ENOTFOUND");
  });

  it("stops waiting for all copies when it is interrupted", async () => {
    const stop = new AbortController();
    const { poller: waiting } = poller(
      (at) => {
        if (at > 10) stop.abort();
        return { images: [image("ami-1", "pending")] };
      },
      {},
      stop.signal,
    );
    await expect(waiting.wait("ami-1", ignore)).rejects.toThrow("interrupted");
    await expect(waiting.wait("ami-2", ignore)).rejects.toThrow("interrupted");
  });
});
