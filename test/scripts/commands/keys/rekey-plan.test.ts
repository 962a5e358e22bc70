import { nextName } from "../../../../scripts/engine/next-name";
import type { ImageView, SnapshotView } from "../../../../scripts/aws";
import type { Campaign } from "../../../../scripts/commands/keys/rekey/campaign";
import type { Inventory } from "../../../../scripts/commands/keys/rekey/inventory";
import { planPlace, sumsOf } from "../../../../scripts/commands/keys/rekey/plan";
import {
  imageReplacement,
  replacementDescription,
} from "../../../../scripts/commands/keys/rekey/replacements";

const PLACE = { account: { name: "prod", id: "222222222222", runnerRole: "runner" }, region: "eu-west-1" };
const arnOf = (generation: number) => `arn:aws:kms:eu-west-1:111111111111:key/${generation}`;
const generation = (number: number) => ({
  name: `builder/eu-west-1/app-data@${number}`,
  number,
  arn: arnOf(number),
  alias: `alias/keyferry/acme/app-data/${number}`,
});
const campaignTo = (present: number): Campaign => ({
  name: "app-data",
  place: PLACE,
  present: generation(present),
  former: Array.from({ length: present - 1 }, (_, index) => generation(index + 1)),
});

function snapshot(id: string, key: number | string, more: Partial<SnapshotView> = {}): SnapshotView {
  return {
    snapshotId: id,
    startTime: "2026-01-01T00:00:00.000Z",
    state: "completed",
    progressPercent: 100,
    encrypted: true,
    keyArn: typeof key === "number" ? arnOf(key) : key,
    sizeGiB: 8,
    tags: {},
    ...more,
  };
}

function image(id: string, snapshotIds: readonly string[], more: Partial<ImageView> = {}): ImageView {
  return {
    id,
    name: id,
    ownerId: PLACE.account.id,
    state: "available",
    creationDate: "2026-01-01T00:00:00.000Z",
    marketplaceCodes: [],
    tags: {},
    volumes: snapshotIds.map((snapshotId, index) => ({
      deviceName: `/dev/sd${index}`,
      snapshotId,
      sizeGiB: 8,
      settings: {},
    })),
    devices: [],
    attributes: {},
    isPublic: false,
    deregistrationProtection: "disabled",
    ...more,
  };
}

const copyOf = (id: string): Partial<ImageView> => ({
  tags: { "keyferry:rekeyed-from": id },
  parentImageId: id,
});

function planned(present: number, inventory: Partial<Pick<Inventory, "images" | "snapshots" | "others">>) {
  const whole = { place: PLACE, images: [], snapshots: [], others: [], unseen: [], ...inventory };
  return planPlace("acme", campaignTo(present), whole);
}

const states = (plan: ReturnType<typeof planned>) =>
  plan.things.map(({ id, state, replacement }) => [id, state, replacement]);

describe("a resource under a former key", () => {
  it("is listed once for an image with its snapshots, and for each other snapshot", () => {
    const plan = planned(2, {
      images: [image("ami-1", ["snap-1", "snap-2"]), image("ami-9", ["snap-9"])],
      snapshots: [snapshot("snap-1", 1), snapshot("snap-2", 1), snapshot("snap-3", 1), snapshot("snap-9", 2)],
    });
    expect(states(plan)).toEqual([
      ["ami-1", "to-copy", undefined],
      ["snap-3", "to-copy", undefined],
    ]);
    expect(sumsOf(plan.things, ["to-copy"])).toEqual({ images: 1, snapshots: 1, bytes: 24 * 2 ** 30 });
  });

  it("counts the data that a copy moves if EC2 reports it", () => {
    const plan = planned(2, { snapshots: [snapshot("snap-1", 1, { dataBytes: 1000 })] });
    expect(sumsOf(plan.things, ["to-copy"]).bytes).toBe(1000);
  });

  it.each<[what: string, more: Partial<SnapshotView>, how: RegExp, command?: RegExp]>([
    ["archived", { archived: true }, /archive tier/, /restore-snapshot-tier --snapshot-id snap-1/],
    ["still being created", { state: "pending" }, /still being created/],
    ["one that failed", { state: "error" }, /cannot be copied/, /delete-snapshot --snapshot-id snap-1/],
    ["a copy of a run", { tags: { "keyferry:node": "web final" } }, /next run/, /^keyferry run$/],
  ])("is an owner's task if a snapshot is %s", (_what, more, how, command = /^$/) => {
    const { things, owners } = planned(2, { snapshots: [snapshot("snap-1", 1, more)] });
    expect(things).toEqual([]);
    expect(owners[0]?.how).toMatch(how);
    expect(owners[0]?.commands.join("\n")).toMatch(command);
  });

  it.each<[what: string, other: SnapshotView[]]>([
    ["under another key", [snapshot("snap-2", "arn:aws:kms:eu-west-1:222222222222:key/theirs")]],
    ["unencrypted, or another account's", []],
  ])("is an owner's task if another volume of the image is %s", (_what, other) => {
    const { things, owners } = planned(2, {
      images: [image("ami-1", ["snap-1", "snap-2"])],
      snapshots: [snapshot("snap-1", 1), ...other],
    });
    expect(things).toEqual([]);
    expect(owners[0]?.commands[0]).toContain("aws ec2 copy-image --source-image-id ami-1");
  });

  it("is an owner's task if an image is disabled, with the command that enables it", () => {
    const { owners } = planned(2, {
      images: [image("ami-1", ["snap-1"], { state: "disabled" })],
      snapshots: [snapshot("snap-1", 1)],
    });
    expect(owners[0]?.commands).toEqual(["aws ec2 enable-image --image-id ami-1 --region eu-west-1"]);
  });

  it("is listed with its owner's commands, with the current key and the Region", () => {
    const { owners } = planned(2, {
      others: [
        { type: "db-snapshot", id: "nightly", text: "DB snapshot nightly", generation: generation(1) },
        { type: "ebs-default", id: "eu-west-1", text: "EBS", generation: generation(1) },
      ],
    });
    for (const { commands } of owners) {
      expect(commands[0]).toContain(arnOf(2));
      expect(commands[0]).toContain("--region eu-west-1");
    }
  });

  it.each([
    ["of the key's own account is re-encrypted in place", PLACE, 2],
    ["of another account is copied", { ...PLACE, account: { ...PLACE.account, id: "333333333333" } }, 1],
  ])("is the default key of a bucket: the content of a bucket %s", (_what, place, commands) => {
    const bucket = { type: "bucket", id: "files", text: "bucket files", generation: generation(1) } as const;
    const whole = { place, images: [], snapshots: [], others: [bucket], unseen: [] };
    const { owners } = planPlace("acme", campaignTo(2), whole);
    expect(owners[0]?.commands).toHaveLength(commands);
    expect(owners[0]?.commands.join()).toContain(arnOf(2));
    expect(owners[0]?.how).toContain(commands === 2 ? "Object Lock" : "key of another account");
  });

  it("distinguishes the topology's grants from others", () => {
    const grant = { type: "grant", id: "g", text: "grant g", generation: generation(1) } as const;
    const { owners } = planned(2, {
      others: [{ ...grant, grant: { name: "keyferry/acme/autoscaling" } }, grant],
    });
    expect(owners.map(({ commands }) => commands.length)).toEqual([0, 1]);
    expect(owners[1]?.commands[0]).toContain(`aws kms revoke-grant --key-id ${arnOf(1)} --grant-id g`);
  });
});

describe("its replacement", () => {
  const old = [image("ami-1", ["snap-1"]), snapshot("snap-1", 1)] as const;

  it("is a copy under the current key whose record matches its tag", () => {
    const copy = image("ami-2", ["snap-2"], copyOf("ami-1"));
    const plan = planned(2, { images: [old[0], copy], snapshots: [old[1], snapshot("snap-2", 2)] });
    expect(states(plan)).toEqual([["ami-1", "replaced", "ami-2"]]);
  });

  it("is not a resource that only has the tag", () => {
    const forged = image("ami-2", ["snap-2"], { tags: { "keyferry:rekeyed-from": "ami-1" } });
    const plan = planned(2, { images: [old[0], forged], snapshots: [old[1], snapshot("snap-2", 2)] });
    expect(states(plan)).toEqual([["ami-1", "to-copy", undefined]]);
  });

  it("is not used while it is pending, and never after it failed", () => {
    for (const [state, expected] of [
      ["pending", "copying"],
      ["failed", "to-copy"],
    ] as const) {
      const copy = image("ami-2", ["snap-2"], { ...copyOf("ami-1"), state });
      const plan = planned(2, { images: [old[0], copy], snapshots: [old[1], snapshot("snap-2", 2)] });
      expect(states(plan)[0]?.[1]).toBe(expected);
    }
  });

  it("is the copy of the copy after a second key change, and each is copied once", () => {
    const second = image("ami-2", ["snap-2"], copyOf("ami-1"));
    const images = [old[0], second];
    const snapshots = [old[1], snapshot("snap-2", 2)];
    expect(states(planned(3, { images, snapshots }))).toEqual([
      ["ami-1", "copying", "ami-2"],
      ["ami-2", "to-copy", undefined],
    ]);
    const third = image("ami-3", ["snap-3"], copyOf("ami-2"));
    const after = planned(3, {
      images: [...images, third],
      snapshots: [...snapshots, snapshot("snap-3", 3)],
    });
    expect(states(after)).toEqual([
      ["ami-1", "replaced", "ami-3"],
      ["ami-2", "replaced", "ami-3"],
    ]);
  });

  it("is the earliest one if a response was lost and there are two", () => {
    const later = image("ami-2", [], { ...copyOf("ami-1"), creationDate: "2026-01-02T00:00:00.000Z" });
    const earlier = image("ami-3", [], copyOf("ami-1"));
    expect(imageReplacement([later, earlier], "ami-1")?.id).toBe("ami-3");
  });

  it("is found for a snapshot whose image no longer exists", () => {
    const left = snapshot("snap-1", 1, { tags: { "keyferry:replaced-by": "snap-2" } });
    const plan = planned(2, { snapshots: [left, snapshot("snap-2", 2)] });
    expect(states(plan)).toEqual([["snap-1", "replaced", "snap-2"]]);
  });
});

test.each([
  ["web-1", 2, "web-1@2"],
  ["web-1@2", 3, "web-1@3"],
  ["x".repeat(128), 10, `${"x".repeat(125)}@10`],
])("the copy of %s for generation %d is %s", (name, number, copy) => {
  expect(nextName(name, number)).toBe(copy);
});

test("the description of a snapshot's copy names its source in at most 255 characters", () => {
  const long = snapshot("snap-1", 1, { description: "d".repeat(300) });
  expect(replacementDescription(long)).toHaveLength(255);
  expect(replacementDescription(long)).toContain("from snap-1]");
});

describe("a snapshot that a run copied", () => {
  const AT = "2026-01-01T00:00:00.000Z";
  const ofRun = (id: string, key: number, more: Partial<SnapshotView> = {}) =>
    snapshot(id, key, {
      description: `[copied by Keyferry from snap-source in eu-west-1 at ${AT}]`,
      startTime: AT,
      tags: {
        "keyferry:node": "data/final/prod/eu-west-1",
        "keyferry:role": "final",
        "keyferry:source-snapshot": "snap-source",
        "keyferry:parent-snapshot": "snap-source",
      },
      ...more,
    });

  it("is replaced by the copy of a later run under the current key", () => {
    const plan = planned(2, { snapshots: [ofRun("snap-1", 1), ofRun("snap-2", 2)] });
    expect(states(plan)).toEqual([["snap-1", "replaced", "snap-2"]]);
    expect(plan.owners).toEqual([]);
  });

  it.each<[what: string, others: readonly SnapshotView[]]>([
    ["no run has copied it again", []],
    ["the next one is still pending", [ofRun("snap-2", 2, { state: "pending" })]],
    ["the next one is under the former key too", [ofRun("snap-2", 1)]],
    ["someone else copied it with its tags", [ofRun("snap-2", 2, { startTime: "2026-02-01T00:00:00.000Z" })]],
    ["the other one has no description", [ofRun("snap-2", 2, { description: "" })]],
    [
      "the other one is for another destination",
      [ofRun("snap-2", 2, { tags: { ...ofRun("", 2).tags, "keyferry:node": "data/final/prod/us-east-1" } })],
    ],
  ])("is left to the next run while %s", (_what, others) => {
    const { things, owners } = planned(2, { snapshots: [ofRun("snap-1", 1), ...others] });
    expect(things).toEqual([]);
    expect(owners.find(({ id }) => id === "snap-1")?.commands).toEqual(["keyferry run"]);
  });
});

describe("a copy that a run made", () => {
  const ofRun = (id: string, snapshotId: string, attempt: number, more: Partial<ImageView> = {}) =>
    image(id, [snapshotId], {
      parentImageId: "ami-source",
      tags: {
        "keyferry:topology": "acme",
        "keyferry:node": "web/final/prod/eu-west-1",
        "keyferry:role": "final",
        "keyferry:source-image": "ami-source",
        "keyferry:parent-image": "ami-source",
        "keyferry:attempt": String(attempt),
      },
      ...more,
    });
  const snapshots = [snapshot("snap-1", 1), snapshot("snap-2", 2)];

  it("is replaced by the copy of a later run under the current key", () => {
    const plan = planned(2, {
      images: [ofRun("ami-1", "snap-1", 1), ofRun("ami-2", "snap-2", 2)],
      snapshots,
    });
    expect(states(plan)).toEqual([["ami-1", "replaced", "ami-2"]]);
    expect(plan.owners).toEqual([]);
  });

  const { tags } = ofRun("ami-2", "snap-2", 2);
  it.each<[what: string, next: ImageView | undefined]>([
    ["no run has copied it again", undefined],
    ["someone else copied it with its tags", ofRun("ami-2", "snap-2", 2, { parentImageId: "ami-1" })],
    ["the next one is still pending", ofRun("ami-2", "snap-2", 2, { state: "pending" })],
    ["the next one is under the former key too", ofRun("ami-2", "snap-1", 2)],
    [
      "the other one is of another source",
      ofRun("ami-2", "snap-2", 2, { tags: { ...tags, "keyferry:source-image": "ami-x" } }),
    ],
    [
      "the other one is for another destination",
      ofRun("ami-2", "snap-2", 2, { tags: { ...tags, "keyferry:node": "web/final/prod/us-east-1" } }),
    ],
  ])("is left to the next run while %s", (_what, next) => {
    const { things, owners } = planned(2, {
      images: [ofRun("ami-1", "snap-1", 1), ...(next === undefined ? [] : [next])],
      snapshots,
    });
    expect(things.filter(({ state }) => state === "replaced")).toEqual([]);
    expect(owners.find(({ id }) => id === "ami-1")).toMatchObject({
      how: expect.stringContaining("the next run copies the source") as string,
      commands: ["keyferry run"],
    });
  });
});
