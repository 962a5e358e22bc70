import { storeImage } from "../../../kinds/ami/carry/stored/store-image";
import type { StoreTask } from "../../../scripts/aws";
import type { RunContext } from "../../../scripts/engine/context";
import { AWS_SETTINGS } from "../../../scripts/engine/settings";
import { buildGraph } from "../../../topology";
import { stored } from "../../_helpers/topologies";
import { FakeObjects } from "../../scripts/fake-aws/fake-objects";

const BUCKET = "keyferry-stored-111111111111-eu-west-1";
const KEY = "stored/web/ami-1.bin";

/**
 * A run that has the image stored. Each task is completed at once.
 * @param keeps whether its object stays; otherwise somebody removes it
 */
async function storing(keeps: boolean): Promise<readonly StoreTask[]> {
  const s3 = new FakeObjects();
  const tasks: StoreTask[] = [];
  let seconds = 0;
  const port = {
    ...s3.port(),
    storeTasks: async () => [...tasks].reverse(),
    store: async () => {
      if (tasks.length === 10) throw new TypeError("it does not end");
      const startedAt = new Date(seconds * 1000).toISOString();
      tasks.push({ startedAt, bucket: BUCKET, key: KEY, state: "Completed", percent: 100 });
      if (keeps) s3.put(BUCKET, { key: KEY, size: 1 });
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
    emit: () => undefined,
  };
  const topology = stored();
  const [rule] = topology.rules;
  if (rule === undefined) throw new TypeError("no rule");
  const graph = buildGraph(topology, rule, { id: "ami-1", name: "web-1", snapshots: [] });
  await storeImage(context as unknown as RunContext, graph).catch((error: Error & { tasks?: object }) => {
    error.tasks = tasks;
    throw error;
  });
  return tasks;
}

it("has an image stored once where its object stays", async () => {
  expect(await storing(true)).toHaveLength(1);
});

it("gives up after three tasks whose objects somebody removes, and says whose bucket it is", async () => {
  const failed = storing(false);
  await expect(failed).rejects.toMatchObject({ code: "StoredImageGone", account: "111111111111" });
  await expect(failed).rejects.toHaveProperty("tasks.length", 3);
});
