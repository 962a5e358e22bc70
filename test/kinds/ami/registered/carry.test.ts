import { verify } from "../../../../scripts/commands/verify";
import { AwsCallError, type AwsAccess } from "../../../../scripts/aws";
import { fingerprint } from "../../../../kinds/ami/carry/registered/fingerprint";
import { proofOf } from "../../../../kinds/ami/carry/lineage-proof";
import { copyJobs, type Place } from "../../../../topology";
import { homeKeyAlias } from "../../../../topology/names";
import { Stage } from "../../../scripts/fake-aws/stage";
import { REGISTERED, WITH_VOLUME_KEYS } from "../../../_helpers/topologies";

const VOLUMES = 3;

function stageOf(): Stage {
  return new Stage(REGISTERED);
}

function imagesIn({ cloud }: Stage, place: Place) {
  return cloud.registered(place).filter(({ view }) => view.tags["keyferry:role"] === "final");
}

/** The problems after the stage's image was copied. */
function wrongIn(stage: Stage): readonly string[] {
  const { topology, cloud } = stage;
  return copyJobs(topology).flatMap(({ id, to }) => {
    const images = imagesIn(stage, to);
    const [copy] = images;
    if (copy === undefined || images.length > 1) return [`${id}: ${images.length} images`];
    const here = cloud.snapshots.filter(
      ({ view, place }) =>
        place.account.id === to.account.id && place.region === to.region && "keyferry:node" in view.tags,
    );
    const home = stage.keyArn(to, homeKeyAlias(topology.name));
    return [
      ...(here.length === VOLUMES ? [] : [`${id}: ${here.length} snapshots`]),
      ...here
        .filter(({ view }) => view.keyArn !== home)
        .map(({ view }) => `${view.snapshotId} under ${view.keyArn}`),
      ...(cloud.shown(to, "/images/web") === copy.view.id ? [] : [`${id} is not published`]),
    ];
  });
}

function callsOf({ cloud }: Stage, operation: string): number {
  return cloud.calls.filter((call) => call.startsWith(`${operation} `)).length;
}

/** Intercepts the script's calls of RegisterImage or CopySnapshot. */
function around(
  aws: AwsAccess,
  change: (place: Place) => {
    readonly images?: Partial<ReturnType<AwsAccess["images"]>>;
    readonly registered?: Partial<ReturnType<AwsAccess["registeredImages"]>>;
  },
): AwsAccess {
  return {
    ...aws,
    images: (place) => ({ ...aws.images(place), ...change(place).images }),
    registeredImages: (place) => ({ ...aws.registeredImages(place), ...change(place).registered }),
  };
}

function refusal(place: Place, operation: string, code: string, transient = false): AwsCallError {
  const site = { operation, account: place.account.id, region: place.region };
  return new AwsCallError(site, { code, message: "not now", transient });
}

describe("an image that is registered from copies of its snapshots", () => {
  it("is under the home key of each destination and published, without a CopyImage call there", async () => {
    const stage = stageOf();
    expect((await stage.run()).state).toBe("done");
    expect(wrongIn(stage)).toEqual([]);
    const copied = stage.cloud.calls.filter((call) => call.startsWith("CopyImage "));
    expect(copied).toEqual(["CopyImage 111111111111/eu-west-1"]);
    const [copy] = imagesIn(stage, stage.place("prod", "eu-central-1"));
    expect(copy?.view).toMatchObject({ attributes: { "boot mode": "uefi" }, tags: { team: "platform" } });
    expect(copy?.view.devices).toEqual(["/dev/xvda", "/dev/sdf", "/dev/sdg"]);
  });

  it("is copied only once when the run is repeated, and verified", async () => {
    const stage = stageOf();
    await stage.run();
    const before = [callsOf(stage, "CopySnapshot"), callsOf(stage, "RegisterImage")];
    expect((await stage.run()).state).toBe("done");
    expect([callsOf(stage, "CopySnapshot"), callsOf(stage, "RegisterImage")]).toEqual(before);
    const proof = await verify({ topology: stage.topology, aws: stage.cloud.access(), clock: stage.clock });
    expect(proof.jobs.map(({ wrong }) => wrong)).toEqual([[], []]);
  });

  it("is continued from the same snapshots after a run that was not allowed to register it", async () => {
    const stage = stageOf();
    const failed = await stage.run({
      around: (aws) =>
        around(aws, (place) => ({
          registered: {
            register: async () => Promise.reject(refusal(place, "RegisterImage", "UnauthorizedOperation")),
          },
        })),
    });
    expect(failed.state).not.toBe("done");
    const before = callsOf(stage, "CopySnapshot");
    expect((await stage.run()).state).toBe("done");
    expect(callsOf(stage, "CopySnapshot")).toBe(before);
    expect(wrongIn(stage)).toEqual([]);
  });

  it.each([
    ["made", true],
    ["not made", false],
  ])("has one copy of each snapshot after a lost response for one that was %s", async (_what, isMade) => {
    const stage = stageOf();
    let isLost = false;
    const result = await stage.run({
      around: (aws) =>
        around(aws, (place) => ({
          images: {
            copySnapshot: async (request) => {
              if (isLost) return aws.images(place).copySnapshot(request);
              isLost = true;
              if (isMade) await aws.images(place).copySnapshot(request);
              throw refusal(place, "CopySnapshot", "TimeoutError", true);
            },
          },
        })),
    });
    expect(result.state).toBe("done");
    expect(wrongIn(stage)).toEqual([]);
  });

  it("waits while AWS has too many copies in progress", async () => {
    const stage = stageOf();
    let refusals = 2;
    const result = await stage.run({
      around: (aws) =>
        around(aws, (place) => ({
          images: {
            copySnapshot: async (request) => {
              refusals -= 1;
              if (refusals >= 0) throw refusal(place, "CopySnapshot", "ResourceLimitExceeded");
              return aws.images(place).copySnapshot(request);
            },
          },
        })),
    });
    expect(result.state).toBe("done");
    expect(stage.events.filter(({ code }) => code === "CopyRefused")).toHaveLength(2);
    expect(wrongIn(stage)).toEqual([]);
  });

  it("finds the image of its name after a lost response", async () => {
    const stage = stageOf();
    const result = await stage.run({
      around: (aws) =>
        around(aws, (place) => ({
          registered: {
            register: async (request) => {
              await aws.registeredImages(place).register(request);
              throw refusal(place, "RegisterImage", "InvalidAMIName.Duplicate");
            },
          },
        })),
    });
    expect(result.state).toBe("done");
    expect(wrongIn(stage)).toEqual([]);
  });

  it("is copied again if one of its snapshots failed, and nothing of the failed copy remains", async () => {
    const stage = stageOf();
    const prod = stage.place("prod", "eu-central-1");
    const key = stage.cloud.keys.get(stage.keyArn(prod, homeKeyAlias("registered")));
    if (key === undefined) throw new TypeError("no key");
    let isFailed = false;
    const failing = await stage.run({
      around: (aws) =>
        around(aws, (place) => ({
          images: {
            describeSnapshots: async (filters) => {
              const found = await aws.images(place).describeSnapshots(filters);
              for (const one of stage.cloud.snapshots) {
                const isFirst =
                  "keyferry:device" in one.view.tags && one.place.account.id === prod.account.id;
                if (isFirst && !isFailed) {
                  isFailed = true;
                  one.view.state = "error";
                  one.view.stateMessage = "Given key ID is not accessible";
                }
              }
              return found;
            },
          },
        })),
    });
    expect(failing.state).not.toBe("done");
    expect((await stage.run()).state).toBe("done");
    expect(wrongIn(stage)).toEqual([]);
  });
});

describe("an image with the tags of a registered image", () => {
  const volumes = [{ deviceName: "/dev/xvda", snapshotId: "snap-1", sizeGiB: 8, settings: {} }];
  const tags = { "keyferry:registered-as": fingerprint("web-1", volumes) };

  it.each([
    ["a run's, if it has the run's name and snapshots", { name: "web-1", volumes, tags }, "ours"],
    ["not a run's, if it has another name", { name: "web-2", volumes, tags }, "others"],
    [
      "not a run's, if it has other snapshots",
      { name: "web-1", volumes: [{ ...volumes[0]!, snapshotId: "snap-2" }], tags },
      "others",
    ],
    [
      "not a run's, if AWS records an image that it is a copy of",
      { name: "web-1", volumes, tags, parentImageId: "ami-1" },
      "others",
    ],
  ])("is %s", (_what, image, expected) => {
    expect(proofOf(image)).toBe(expected);
  });
});

describe("volumes with their own keys", () => {
  const DATA = "alias/keyferry/registered/app-data/1";
  const HOME = homeKeyAlias("registered");

  function aliasesIn(stage: Stage): Readonly<Record<string, string>> {
    const prod = stage.place("prod", "eu-central-1");
    const image = imagesIn(stage, prod).at(-1);
    const aliases = [HOME, DATA].map((alias) => [stage.keyArn(prod, alias), alias] as const);
    const named = new Map<string | undefined, string>(aliases);
    const shown = (image?.view.volumes ?? []).map(({ deviceName, snapshotId }) => {
      const snapshot = stage.cloud.snapshots.find(({ view }) => view.snapshotId === snapshotId);
      return [deviceName, named.get(snapshot?.view.keyArn) ?? "another"];
    });
    return Object.fromEntries(shown) as Readonly<Record<string, string>>;
  }

  it("are under these keys, the others are under the home key, and all are verified", async () => {
    const stage = new Stage(WITH_VOLUME_KEYS);
    expect((await stage.run()).state).toBe("done");
    expect(aliasesIn(stage)).toEqual({ "/dev/xvda": HOME, "/dev/sdf": DATA, "/dev/sdg": HOME });
    const before = callsOf(stage, "CopySnapshot");
    expect((await stage.run()).state).toBe("done");
    expect(callsOf(stage, "CopySnapshot")).toBe(before);
    const proof = await verify({ topology: stage.topology, aws: stage.cloud.access(), clock: stage.clock });
    expect(proof.jobs.map(({ wrong }) => wrong)).toEqual([[], []]);
  });

  it("are copied again, in addition to the existing copy, if that has another key for one of them", async () => {
    const stage = new Stage(WITH_VOLUME_KEYS);
    await stage.run();
    const prod = stage.place("prod", "eu-central-1");
    const data = stage.cloud.snapshots.find(({ view }) => view.keyArn === stage.keyArn(prod, DATA));
    data!.view.keyArn = stage.keyArn(prod, HOME);
    expect((await stage.run()).state).toBe("done");
    expect(imagesIn(stage, prod)).toHaveLength(2);
    expect(aliasesIn(stage)).toEqual({ "/dev/xvda": HOME, "/dev/sdf": DATA, "/dev/sdg": HOME });
    const proof = await verify({ topology: stage.topology, aws: stage.cloud.access(), clock: stage.clock });
    expect(proof.jobs.map(({ wrong }) => wrong)).toEqual([[], []]);
  });
});
