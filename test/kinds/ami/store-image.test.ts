import { storeImage } from "../../../kinds/ami/carry/stored/store-image";
import type { StoreTask } from "../../../scripts/aws";
import type { RunContext } from "../../../scripts/engine/context";
import type { RunEvent } from "../../../scripts/engine/events";
import { AWS_SETTINGS } from "../../../scripts/engine/settings";
import { buildGraph } from "../../../topology";
import { stored } from "../../_helpers/topologies";
import { FakeObjects, refusal } from "../../scripts/fake-aws/fake-objects";

const BUCKET = "keyferry-stored-111111111111-eu-west-1";
const KEY = "stored/web/ami-1.bin";

interface Ec2 {
  /** Whether the object of a task is kept; otherwise another process removes it. @default true */
  readonly keeps?: boolean;
  /** How often EC2 refuses a task because its limit for store tasks is reached. @default 0 */
  readonly refusals?: number;
  /** Why each task fails. @default - it is completed immediately */
  readonly failure?: string;
}

/** A run that stores the image. */
async function storing({
  keeps = true,
  refusals = 0,
  failure,
}: Ec2): Promise<{ readonly tasks: readonly StoreTask[]; readonly events: readonly RunEvent[] }> {
  const events: RunEvent[] = [];
  let refused = 0;
  const s3 = new FakeObjects();
  const tasks: StoreTask[] = [];
  let seconds = 0;
  const port = {
    ...s3.port(),
    storeTasks: async () => [...tasks].reverse(),
    store: async () => {
      if (tasks.length === 10) throw new TypeError("it does not end");
      if (refused < refusals) {
        refused += 1;
        throw refusal("ResourceLimitExceeded", "CreateStoreImageTask");
      }
      const startedAt = new Date(seconds * 1000).toISOString();
      const ended = failure === undefined ? { state: "Completed" } : { state: "Failed", reason: failure };
      tasks.push({ startedAt, bucket: BUCKET, key: KEY, percent: 100, ...ended });
      if (keeps && failure === undefined) s3.put(BUCKET, { key: KEY, size: 1 });
    },
  };
  const context = {
    aws: { storedImages: () => port },
    clock: {
      now: () => new Date(seconds * 1000),
      sleep: async (pause: number) => void (seconds += pause),
    },
    settings: AWS_SETTINGS,
    signal: new AbortController().signal,
    emit: (event: RunEvent) => void events.push(event),
  };
  const topology = stored();
  const [rule] = topology.rules;
  if (rule === undefined) throw new TypeError("no rule");
  const graph = buildGraph(topology, rule, { id: "ami-1", name: "web-1", snapshots: [] });
  await storeImage(context as unknown as RunContext, graph).catch((error: Error & { tasks?: object }) => {
    error.tasks = tasks;
    throw error;
  });
  return { tasks, events };
}

it("stores an image once if its object is kept", async () => {
  expect((await storing({})).tasks).toHaveLength(1);
});

it("fails after three tasks whose objects were removed, and names the account of the bucket", async () => {
  const failed = storing({ keeps: false });
  await expect(failed).rejects.toMatchObject({ code: "StoredImageGone", account: "111111111111" });
  await expect(failed).rejects.toHaveProperty("tasks.length", 3);
});

it("waits while the account has as many store tasks in progress as AWS allows, and reports it", async () => {
  const { tasks, events } = await storing({ refusals: 2 });
  expect(tasks).toHaveLength(1);
  expect(events.map(({ code }) => code)).toEqual(["StoreRefused", "StoreRefused", "ImageStored"]);
});

it("fails with AWS's reason if the task fails, and says what its account must do", async () => {
  await expect(storing({ failure: "kms:Decrypt was denied" })).rejects.toMatchObject({
    code: "StoreFailed",
    account: "111111111111",
    message: expect.stringContaining("kms:Decrypt was denied"),
    fix: expect.stringContaining("use their keys and write to"),
  });
});
