import type { TopologyInput } from "../../../topology";
import { Stage, TWO_ACCOUNTS } from "../fake-aws/stage";

const from = { account: "builder", region: "eu-west-1" };

/** Two rules carry the same image into one account; one of them waits for a slot behind a larger image. */
const SAME_SOURCE: TopologyInput = {
  ...TWO_ACCOUNTS,
  images: {
    web: {
      from: { ...from, newest: { name: "web-*" } },
      to: [{ account: "prod", regions: ["eu-central-1"] }],
    },
    "web-far": {
      from: { ...from, newest: { name: "web-*" } },
      to: [{ account: "prod", regions: ["us-east-1"] }],
    },
    large: {
      from: { ...from, newest: { name: "large-*" } },
      to: [{ account: "prod", regions: ["us-east-1"] }],
    },
  },
};

describe("two rules of one source image", () => {
  it("share it until the last of them no longer needs it", async () => {
    const stage = new Stage(SAME_SOURCE, {}, "plain");
    stage.cloud.addImage(stage.source, "large-1", [{ deviceName: "/dev/xvda", sizeGiB: 500 }]);
    const { state } = await stage.run({ settings: { maxCopiesPerPlace: 1 } });
    expect(state).toBe("done");
    const happened = stage.events.flatMap((event) => {
      if (event.code === "CopyStarted") return [event.node];
      return event.code === "ShareWithdrawn" && event.resourceId === stage.imageId ? ["withdrawn"] : [];
    });
    expect(happened.filter((what) => /web|withdrawn/.test(what))).toEqual([
      "web/final/prod/eu-central-1",
      "web-far/final/prod/us-east-1",
      "withdrawn",
    ]);
    const source = stage.cloud.image(stage.imageId);
    expect(source.launchPermissions).toEqual([]);
    expect(source.view.tags).toEqual({});
    for (const snapshot of stage.cloud.snapshotsOf(source)) {
      expect(snapshot.createVolumePermissions).toEqual([]);
      expect(snapshot.view.tags).toEqual({});
    }
  });
});
