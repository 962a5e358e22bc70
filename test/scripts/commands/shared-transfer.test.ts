import { SHARED } from "../../_helpers/topologies";
import { verify } from "../../../scripts/commands/verify";
import { expectCarried, node } from "../fake-aws/expectations";
import { Stage } from "../fake-aws/stage";

/** What each copy was made from, by node: image ids of other copies, or the source image's. */
function origins(stage: Stage): ReadonlyMap<string, string> {
  return new Map(
    stage.events.flatMap((event) => (event.code === "CopyStarted" ? [[event.node, event.fromImageId]] : [])),
  );
}

function crossings(stage: Stage): number {
  const regionOf = (imageId: string) => stage.cloud.image(imageId).place.region;
  return stage.events.filter(
    (event) => event.code === "CopyStarted" && regionOf(event.imageId) !== regionOf(event.fromImageId),
  ).length;
}

describe("an image that several accounts need in the same other Region", () => {
  it("is transferred once into each Region, and leaves only verified copies", async () => {
    const stage = new Stage(SHARED);
    const { state } = await stage.run();
    expect(state).toBe("done");
    expect(crossings(stage)).toBe(2);
    expectCarried(stage);
    expect((await verify({ topology: stage.topology, aws: stage.cloud.access() })).ok).toBe(true);
  });

  it("is copied by every account from the transit copy in its own Region", async () => {
    const stage = new Stage(SHARED);
    await stage.run();
    const from = origins(stage);
    for (const account of ["prod", "staging", "lab"]) {
      const origin = stage.cloud.image(from.get(node("web", "final", account, "eu-central-1")) ?? "");
      expect([origin.place.account.id, origin.place.region]).toEqual(["111111111111", "eu-central-1"]);
    }
  });

  it("is never shared with its own account", async () => {
    const stage = new Stage(SHARED);
    await stage.run();
    for (const event of stage.events) {
      if (event.code === "Shared") expect(event.accounts).not.toContain("111111111111");
    }
  });

  it("continues with the transit copies that an interrupted run made", async () => {
    const stage = new Stage(SHARED);
    const stop = new AbortController();
    await stage.run({
      signal: stop.signal,
      listener: (event) => {
        if (event.code === "CopyAvailable" && event.node.includes("/final/")) stop.abort();
      },
    });
    const { state } = await stage.run();
    expect(state).toBe("done");
    expect(crossings(stage)).toBe(2);
    expectCarried(stage);
  });

  it("whose transfer fails loses only that Region's copies, and the next run makes them", async () => {
    const stage = new Stage(SHARED);
    const key = stage.cloud.keys.get(
      stage.keyArn(stage.place("builder", "eu-central-1"), "alias/keyferry/shared/transit"),
    );
    if (key === undefined) throw new TypeError("no key");
    const { policy } = key;
    key.policy = { ...policy, Statement: [] };
    const { state, manifest } = await stage.run();
    const regions = (wanted: string) =>
      manifest.images[0]?.jobs.flatMap(({ state: found, region }) => (found === wanted ? [region] : []));
    expect(state).toBe("failed");
    expect(regions("failed")).toEqual(["eu-central-1", "eu-central-1", "eu-central-1"]);
    expect(regions("done")).toEqual(["eu-west-1", "us-east-1", "us-east-1"]);
    key.policy = policy;
    expect((await stage.run()).state).toBe("done");
    expectCarried(stage);
  });

  it("does not share a transfer that saves only one copy and would delay both", async () => {
    const stage = new Stage(SHARED, {}, "plain");
    await stage.run();
    const from = origins(stage);
    expect(from.get(node("web", "final", "prod", "us-east-1"))).toBe(stage.imageId);
    expect(from.get(node("web", "final", "builder", "us-east-1"))).toBe(stage.imageId);
    expect(crossings(stage)).toBe(3);
    expectCarried(stage);
  });
});

it("verify finds a remaining transit copy in another Region", async () => {
  const stage = new Stage(SHARED);
  await stage.run();
  const left = stage.cloud.addCopy(stage.place("builder", "us-east-1"), "left", {
    "keyferry:topology": "shared",
    "keyferry:role": "transit",
    "keyferry:node": node("web", "transit", "builder", "us-east-1"),
  });
  const found = await verify({ topology: stage.topology, aws: stage.cloud.access() });
  const where = "still exists in 111111111111 us-east-1";
  expect(found.leftovers).toEqual([
    `the transit copy ${left} ${where}`,
    expect.stringMatching(new RegExp(`^the snapshot snap-\\w+ of a transit copy ${where}$`)),
  ]);
});
