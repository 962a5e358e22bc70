import { KeyferryError } from "../../../../core/errors";
import { isAwsError, type StoreTask, type StoredImagesPort } from "../../../../scripts/aws";
import type { RunContext } from "../../../../scripts/engine/context";
import { throwIfAborted } from "../../../../scripts/engine/graph-runner";
import type { CopyGraph, ObjectFolder } from "../../../../topology";
import { bucketOf, storedKey } from "./folders";
import { storedImageGone } from "./stored-image-gone";

/** How often a run stores the same image. Without a limit, a process that removes the object each time would cause costs without end. */
const TIMES = 3;

/**
 * Makes sure that the source image is stored as an object in its account's bucket: continues a task that an earlier run started, and
 * waits. Safe to repeat from any point.
 * @throws KeyferryError `StoreFailed` with AWS's reason if the task fails; `StoredImageGone` if another process removes the object of
 *   each task
 */
export async function storeImage(context: RunContext, { rule, source, nodes }: CopyGraph): Promise<void> {
  const from = nodes.find(({ restored }) => restored !== undefined)?.restored?.from;
  if (from === undefined) return;
  const port = context.aws.storedImages(from.place);
  const key = storedKey(from, source.id);
  const look = new TaskLook(port, from, source.id, key);
  const { clock, settings, signal } = context;
  let pause = settings.pollMinSeconds;
  let told = -1;
  /** When this run requested the task, by the clock. */
  let askedAt: number | undefined;
  let asked = 0;
  const known = new Set((await look.tasks()).filter(({ state }) => state === "Failed").map(idOf));
  for (;;) {
    throwIfAborted(signal);
    const object = await port.object(bucketOf(from), key);
    if (object !== undefined) {
      context.emit({ code: "ImageStored", rule: rule.name, imageId: source.id, bucket: from.bucket, key });
      return;
    }
    const [task] = (await look.tasks()).filter((one) => !known.has(idOf(one)));
    if (task?.state === "Failed") throw storeFailed(from, source.id, task);
    if (task?.state === "InProgress" && task.percent !== told) {
      told = task.percent;
      context.emit({ code: "StoreProgressed", rule: rule.name, imageId: source.id, percent: task.percent });
    }
    // A task that was just started may not be described yet; the object of a task that ended long ago was removed later.
    const isUnseen = task?.state !== "InProgress";
    const waited = askedAt === undefined ? Infinity : (clock.now().getTime() - askedAt) / 1000;
    if (isUnseen && waited > settings.missingAfterSeconds) {
      if (asked === TIMES) throw storedImageGone(from, source.id);
      await begin(context, port, from, source.id, rule.name);
      asked += 1;
      askedAt = clock.now().getTime();
    }
    await clock.sleep(pause, signal);
    pause = Math.min(pause * 1.5, settings.pollMaxSeconds);
  }
}

/** Other processes may also store images, and AWS limits how much an account stores at the same time; a refused call is repeated. */
async function begin(
  { clock, settings, signal, emit }: RunContext,
  port: StoredImagesPort,
  { bucket, prefix }: ObjectFolder,
  imageId: string,
  rule: string,
): Promise<void> {
  const since = clock.now().getTime();
  for (;;) {
    try {
      await port.store(imageId, bucket, prefix);
      return;
    } catch (error) {
      const triedSeconds = (clock.now().getTime() - since) / 1000;
      if (!isAwsError(error, "ResourceLimitExceeded") || triedSeconds >= settings.quotaPatienceSeconds)
        throw error;
      emit({ code: "StoreRefused", rule, imageId, reason: error.answer.message });
      await clock.sleep(settings.quotaPauseSeconds, signal);
    }
  }
}

/** The tasks of an image that store it in one place. */
class TaskLook {
  constructor(
    private readonly port: StoredImagesPort,
    private readonly from: ObjectFolder,
    private readonly imageId: string,
    private readonly key: string,
  ) {}

  async tasks(): Promise<readonly StoreTask[]> {
    const all = await this.port.storeTasks(this.imageId);
    return all.filter(({ bucket, key }) => bucket === this.from.bucket && key === this.key);
  }
}

function idOf({ startedAt }: StoreTask): string {
  return startedAt;
}

function storeFailed({ place, bucket }: ObjectFolder, imageId: string, { reason }: StoreTask): KeyferryError {
  return new KeyferryError(
    `the task that stores ${imageId} in ${bucket} failed: ${reason ?? "AWS gives no reason"}`,
    {
      code: "StoreFailed",
      source: "aws",
      account: place.account.id,
      fix: `the runner role of account ${place.account.id} must be able to read the snapshots of ${imageId}, use their keys and write to ${bucket}: list the keys in from.keys, deploy the foundation, then run again`,
    },
  );
}
