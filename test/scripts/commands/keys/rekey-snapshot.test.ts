import { KeyferryError } from "../../../../core/errors";
import { AwsCallError, type ImagesPort, type SnapshotView } from "../../../../scripts/aws";
import { checkAttempt } from "../../../../scripts/aws/attempts";
import { replaceSnapshot } from "../../../../scripts/commands/keys/rekey/replace-snapshot";
import { change, type PlaceWork } from "../../../../scripts/commands/keys/rekey/work";
import { AWS_SETTINGS } from "../../../../scripts/engine/settings";
import { FakeClock } from "../../fake-aws/fake-clock";

const PRESENT = "arn:aws:kms:eu-west-1:111111111111:key/2";
const ORIGINAL: SnapshotView = {
  ...{
    snapshotId: "snap-1",
    startTime: "2026-01-01T00:00:00.000Z",
    state: "completed",
    progressPercent: 100,
  },
  ...{
    encrypted: true,
    keyArn: "arn:aws:kms:eu-west-1:111111111111:key/1",
    sizeGiB: 8,
    tags: { team: "data" },
  },
};

/** EC2 with one snapshot under the former key; `answer` decides for each CopySnapshot whether it is made and whether it is answered. */
function stage(answer: (attempt: number) => { readonly made: boolean; readonly answered: boolean }) {
  const clock = new FakeClock();
  const snapshots = [ORIGINAL];
  let attempts = 0;
  let lost = false;
  const images = {
    describeSnapshots: (filters: Readonly<Record<string, readonly string[]>>) => {
      const matches = ({ snapshotId, tags }: SnapshotView) =>
        Object.entries(filters).every(([name, values]) =>
          values.includes(name === "snapshot-id" ? snapshotId : (tags[name.replace("tag:", "")] ?? "")),
        );
      return Promise.resolve(snapshots.filter(matches));
    },
    copySnapshot: async ({ description, tags }: { description: string; tags: Record<string, string> }) => {
      await checkAttempt();
      attempts += 1;
      clock.advance(1);
      const { made, answered } = answer(attempts);
      const snapshotId = `snap-copy-${attempts}`;
      const startTime = clock.now().toISOString();
      if (made) snapshots.push({ ...ORIGINAL, snapshotId, startTime, keyArn: PRESENT, description, tags });
      if (answered) return snapshotId;
      const site = { operation: "CopySnapshot", account: "111111111111", region: "eu-west-1" };
      throw new AwsCallError(site, { code: "TimeoutError", message: "", transient: true });
    },
    createVolumePermissions: () => Promise.resolve([]),
    createTags: () => Promise.resolve(),
    deleteSnapshot: (id: string) => {
      snapshots.splice(
        snapshots.findIndex(({ snapshotId }) => snapshotId === id),
        1,
      );
      return Promise.resolve();
    },
  } as unknown as ImagesPort;
  const work = {
    ...{
      images,
      clock,
      settings: AWS_SETTINGS,
      signal: new AbortController().signal,
      done: [],
      failures: [],
    },
    place: { account: { id: "111111111111", name: "builder", runnerRole: "" }, region: "eu-west-1" },
    campaign: { present: { arn: PRESENT, number: 2 } },
    foundation: { locked: { topology: { name: "acme" } } },
    confirm: () =>
      lost
        ? Promise.reject(new KeyferryError("lost", { code: "LeaseLost", source: "tool" }))
        : Promise.resolve(),
  } as unknown as PlaceWork;
  const copies = () => snapshots.slice(1).map(({ snapshotId }) => snapshotId);
  return { work, copies, snapshots, attempts: () => attempts, lose: () => void (lost = true) };
}

test("a CopySnapshot whose response was lost after the copy started is found again, and no second copy is made", async () => {
  const { work, copies, attempts } = stage(() => ({ made: true, answered: false }));
  await replaceSnapshot(work, ORIGINAL);
  expect([copies(), attempts()]).toEqual([["snap-copy-1"], 1]);
});

test("a call that was lost before it arrived is repeated", async () => {
  const { work, copies } = stage((attempt) => ({ made: attempt === 2, answered: attempt === 2 }));
  await replaceSnapshot(work, ORIGINAL);
  expect(copies()).toEqual(["snap-copy-2"]);
});

test("a call that never arrives fails with EC2's reason", async () => {
  const { work, copies, attempts } = stage(() => ({ made: false, answered: false }));
  await expect(replaceSnapshot(work, ORIGINAL)).rejects.toMatchObject({ answer: { code: "TimeoutError" } });
  expect([copies(), attempts()]).toEqual([[], 6]);
});

test("a process that lost the lease before it copies sends nothing", async () => {
  const { work, copies, attempts, lose } = stage(() => ({ made: true, answered: true }));
  lose();
  await expect(replaceSnapshot(work, ORIGINAL)).rejects.toMatchObject({ code: "LeaseLost" });
  expect([copies(), attempts()]).toEqual([[], 0]);
});

test("of two copies, one of which was sent after the lease was lost, the earliest is used, as by the process that took over", async () => {
  const { work, copies, snapshots, lose } = stage(() => {
    // Another process took over and copied while this call was in transit.
    snapshots.push({
      ...ORIGINAL,
      ...{ snapshotId: "snap-successor", startTime: "2026-01-01T00:00:00.000Z", keyArn: PRESENT },
      ...{
        description: "[Copied by keyferry keys rekey from snap-1]",
        tags: { "keyferry:rekeyed-from": "snap-1" },
      },
    });
    lose();
    return { made: true, answered: true };
  });
  await expect(replaceSnapshot(work, ORIGINAL)).rejects.toMatchObject({ code: "LeaseLost" });
  expect(copies()).toEqual(["snap-successor"]);
});

test("the lease is also checked after any other change was sent", async () => {
  const { work, lose } = stage(() => ({ made: true, answered: true }));
  const made = change(work, () => {
    lose();
    return Promise.resolve("changed");
  });
  await expect(made).rejects.toMatchObject({ code: "LeaseLost" });
});
