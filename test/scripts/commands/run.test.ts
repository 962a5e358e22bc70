import { AwsCallError, type ImagesPort, type ParametersPort, type QuotaView } from "../../../scripts/aws";
import type { Settings } from "../../../scripts/engine/settings";
import type { Place } from "../../../topology";
import { expectCarried, node } from "../fake-aws/expectations";
import { Stage, TWO_ACCOUNTS } from "../fake-aws/stage";

describe("a run of the route copy-image", () => {
  it("leaves one verified and published copy per destination under its home key, and nothing else", async () => {
    const stage = new Stage();
    const { state, manifest } = await stage.run();
    expect(state).toBe("done");
    expectCarried(stage);
    expect(manifest.images[0]?.sourceImageId).toBe(stage.imageId);
    expect(manifest.images[0]?.jobs.map((job) => [job.account, job.region, job.state, job.attempt])).toEqual([
      ["222222222222", "eu-central-1", "done", 1],
      ["333333333333", "eu-west-1", "done", 1],
    ]);
    expect(manifest.images[0]?.jobs[0]?.snapshots?.map((snapshot) => snapshot.sizeGiB)).toEqual([8, 20, 4]);
    expect(manifest.images[0]?.jobs[0]?.durationSeconds).toBeGreaterThanOrEqual(60);
  });

  it("makes one transit copy for all destinations of an image under the EBS default key", async () => {
    const stage = new Stage();
    await stage.run();
    const started = stage.events.filter((event) => event.code === "CopyStarted");
    expect(started.map((event) => event.node)).toEqual([
      node("web", "transit", "builder", "eu-west-1"),
      node("web", "final", "prod", "eu-central-1"),
      node("web", "final", "staging", "eu-west-1"),
    ]);
  });

  it("shares an unencrypted image directly, and withdraws that share", async () => {
    const stage = new Stage(TWO_ACCOUNTS, {}, "plain");
    await stage.run();
    expect(stage.events.filter((event) => event.code === "CopyStarted")).toHaveLength(2);
    expectCarried(stage);
  });

  it("withdraws only its own shares of the source image, never the user's", async () => {
    const stage = new Stage(TWO_ACCOUNTS, {}, "plain");
    const image = stage.cloud.image(stage.imageId);
    image.launchPermissions.push("222222222222", "999999999999");
    const [snapshot] = stage.cloud.snapshotsOf(image);
    snapshot?.createVolumePermissions.push("999999999999");
    await stage.run();
    expect(stage.cloud.image(stage.imageId).launchPermissions).toEqual(["222222222222", "999999999999"]);
    expect(snapshot?.createVolumePermissions).toEqual(["999999999999"]);
    expect(snapshot?.view.tags).toEqual({});
  });

  it("only verifies if everything exists", async () => {
    const stage = new Stage();
    await stage.run();
    const copies = stage.cloud.calls.filter((call) => call.startsWith("CopyImage")).length;
    const { state } = await stage.run();
    expect(state).toBe("done");
    expect(stage.cloud.calls.filter((call) => call.startsWith("CopyImage"))).toHaveLength(copies);
    expectCarried(stage);
  });

  it("creates the service-linked role only in accounts whose destinations launch", async () => {
    const stage = new Stage();
    await stage.run();
    expect([...stage.cloud.serviceLinkedRoles]).toEqual(["222222222222 autoscaling.amazonaws.com"]);
  });

  it("continues with the other jobs when one fails, withdraws all shares and keeps the transit copy for the next run", async () => {
    const stage = new Stage();
    const home = stage.cloud.keys.get(
      stage.keyArn(stage.place("prod", "eu-central-1"), "alias/keyferry/acme/home"),
    );
    const policy = home?.policy;
    if (home === undefined || policy === undefined) throw new TypeError("no key");
    home.policy = { Version: "2012-10-17", Statement: [] };
    const { state, manifest } = await stage.run();
    expect(state).toBe("failed");
    expect(manifest.images[0]?.jobs.map((job) => job.state)).toEqual(["failed", "done"]);
    const transit = stage.cloud.registered(stage.source).find((image) => image.view.id !== stage.imageId);
    expect(transit?.view.state).toBe("available");
    expect(transit?.launchPermissions).toEqual([]);

    home.policy = policy;
    expect((await stage.run()).state).toBe("done");
    expectCarried(stage);
    const prod = stage.cloud.registered(stage.place("prod", "eu-central-1"));
    expect(prod.map((image) => image.view.tags["keyferry:attempt"])).toEqual(["2"]);
  });

  it("copies again after a user deregistered the copy, although EC2 always returns it for the call's token", async () => {
    const stage = new Stage(TWO_ACCOUNTS, {}, "plain");
    await stage.run();
    const place = stage.place("staging", "eu-west-1");
    const [copy] = stage.cloud.registered(place);
    if (copy === undefined) throw new TypeError("no copy");
    const port = stage.cloud.access().images(place);
    await port.deregisterImage(copy.view.id);
    for (const snapshot of stage.cloud.snapshotsOf(copy)) await port.deleteSnapshot(snapshot.view.snapshotId);
    const { state, manifest } = await stage.run();
    expect(state).toBe("done");
    expect(manifest.images[0]?.jobs.map((job) => job.imageId)).not.toContain(copy.view.id);
    expectCarried(stage);
  });

  describe("has as many copies in progress in one place", () => {
    /** The most copies that were in progress at the same time, for this many images with one destination. */
    async function mostAtOnce(images: number, quota?: QuotaView | Error, settings: Partial<Settings> = {}) {
      const names = Array.from({ length: images }, (_, index) => `image${index}`);
      const carried = (name: string) => ({
        from: { account: "builder", region: "eu-west-1", newest: { name: `${name}-*` } },
        to: [{ account: "prod", regions: ["eu-west-1"] }],
      });
      const declared = Object.fromEntries(names.map((name) => [name, carried(name)]));
      const stage = new Stage({ ...TWO_ACCOUNTS, images: declared });
      for (const name of names) stage.makeImage(`${name}-1`, "plain");
      if (quota !== undefined) stage.cloud.copyQuotas.set("222222222222/eu-west-1", quota);
      const inProgress = new Set<string>();
      let most = 0;
      const { state } = await stage.run({
        settings,
        listener: (event) => {
          if (event.code === "CopyStarted") inProgress.add(event.imageId);
          if (event.code === "CopyAvailable") inProgress.delete(event.imageId);
          most = Math.max(most, inProgress.size);
        },
      });
      expect(state).toBe("done");
      expect(stage.events.some((event) => event.code === "CopyWaitsForSlot")).toBe(most < images);
      return { most, asked: stage.cloud.calls.filter((call) => call.startsWith("ListServiceQuotas")) };
    }

    it("as the user sets, regardless of Service Quotas", async () => {
      const { most, asked } = await mostAtOnce(3, { value: 40, kind: "applied" }, { maxCopiesPerPlace: 2 });
      expect([most, asked]).toEqual([2, []]);
    });

    it("as the account's quota allows, lower or higher than AWS's default", async () => {
      const { most, asked } = await mostAtOnce(6, { value: 5, kind: "applied" });
      expect([most, asked]).toEqual([5, ["ListServiceQuotas 222222222222/eu-west-1"]]);
      expect((await mostAtOnce(42, { value: 40, kind: "applied" })).most).toBe(40);
    });

    it("as AWS documents if Service Quotas denies access", async () => {
      const site = { operation: "ListServiceQuotas", account: "222222222222", region: "eu-west-1" };
      const denied = new AwsCallError(site, {
        code: "AccessDeniedException",
        message: "not authorized",
        transient: false,
      });
      expect((await mostAtOnce(22, denied)).most).toBe(20);
    });
  });

  it("stops at an interruption without starting anything new, and the same command finishes", async () => {
    const stage = new Stage();
    const stop = new AbortController();
    const first = await stage.run({
      signal: stop.signal,
      listener: (event) => {
        if (event.code === "CopyStarted" && event.node.includes("final")) stop.abort();
      },
    });
    expect(first.state).toBe("interrupted");
    expect([...stage.cloud.parameters.keys()].filter((name) => name.endsWith("/lease"))).toEqual([]);
    expect((await stage.run()).state).toBe("done");
    expectCarried(stage);
  });

  it("continues with the pinned image when a newer one appears, until the pinned one is carried", async () => {
    const stage = new Stage();
    const stop = new AbortController();
    await stage.run({
      signal: stop.signal,
      listener: (event) => event.code === "CopyStarted" && stop.abort(),
    });
    const newer = stage.makeImage("web-2", "plain");
    await stage.run();
    expectCarried(stage);
    await stage.run();
    const sources = stage.cloud
      .registered(stage.place("prod", "eu-central-1"))
      .map((i) => i.view.tags["keyferry:source-image"]);
    expect(sources).toEqual([stage.imageId, newer]);
  });

  it.each(["plain", "mixed"] as const)(
    "carries an image of %s volumes to all other places if one place cannot be read",
    async (volumes) => {
      const stage = new Stage(TWO_ACCOUNTS, {}, volumes);
      const access = stage.cloud.access.bind(stage.cloud);
      stage.cloud.access = (bomb) => {
        const aws = access(bomb);
        const images = (place: Place): ImagesPort => {
          const port = aws.images(place);
          if (place.account.name !== "prod") return port;
          const site = { operation: "DescribeImages", account: place.account.id, region: place.region };
          const answer = { code: "UnauthorizedOperation", message: "explicit deny", transient: false };
          return { ...port, describeImages: () => Promise.reject(new AwsCallError(site, answer)) };
        };
        return { ...aws, images };
      };
      const { state, manifest } = await stage.run();
      expect(state).toBe("failed");
      const [prod, staging] = manifest.images[0]?.jobs ?? [];
      expect(prod).toMatchObject({ state: "failed", reason: expect.stringContaining("DescribeImages") });
      expect(staging?.state).toBe("done");
      expect(stage.cloud.image(stage.imageId).launchPermissions).toEqual([]);

      stage.cloud.access = access;
      expect((await stage.run()).state).toBe("done");
      expectCarried(stage);
    },
  );

  it("reports existing copies although its intent cannot be removed, and the same command removes it", async () => {
    const stage = new Stage();
    const access = stage.cloud.access.bind(stage.cloud);
    stage.cloud.access = (bomb) => {
      const aws = access(bomb);
      const parameters = (place: Place): ParametersPort => ({
        ...aws.parameters(place),
        delete: (name) => {
          const site = {
            operation: `DeleteParameter ${name}`,
            account: place.account.id,
            region: place.region,
          };
          return Promise.reject(
            new AwsCallError(site, { code: "InternalServerError", message: "", transient: true }),
          );
        },
      });
      return { ...aws, parameters };
    };
    const { state, manifest } = await stage.run();
    expect(state).toBe("failed");
    expect(manifest.images[0]?.jobs.map((job) => job.state)).toEqual(["done", "done"]);
    expect(stage.events.filter(({ code }) => code === "TaskFailed")).toMatchObject([{ task: "web/close" }]);

    stage.cloud.access = access;
    expect((await stage.run()).state).toBe("done");
    expectCarried(stage);
  });

  it("discards the pinned image on request", async () => {
    const stage = new Stage();
    const stop = new AbortController();
    await stage.run({
      signal: stop.signal,
      listener: (event) => event.code === "CopyStarted" && stop.abort(),
    });
    const newer = stage.makeImage("web-2", "mixed");
    await stage.run({ repin: true });
    const sources = stage.cloud
      .registered(stage.place("prod", "eu-central-1"))
      .map((i) => i.view.tags["keyferry:source-image"]);
    expect(sources).toEqual([newer]);
    expect(stage.cloud.registered(stage.source)).toHaveLength(2);
  });
});
