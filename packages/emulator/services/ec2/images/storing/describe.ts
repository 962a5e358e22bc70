import type { Call, JsonObject } from "../../../../contract";
import { anyResource } from "../../access";
import { filterOf, type FilterTable } from "../../filters";
import { invalidValue, texts, whole } from "../../input";
import { ec2Operation } from "../../operation";
import { page } from "../../pages";
import type { Ec2State, StoreTask } from "../../state";
import { taskAnswer } from "./stored-image";
import { tasksOf } from "./tasks";

/** Source: EC2 API reference, "DescribeStoreImageTasks": tasks of the last 31 days. */
const LISTED_MS = 31 * 24 * 3600 * 1000;
const MOST_IMAGES = 20;
const LARGEST_PAGE = 200;

const FILTERS: FilterTable<StoreTask> = {
  "task-state": (task) => [task.state],
  bucket: (task) => [task.bucket],
};

export function describeStoreImageTasks(state: Ec2State) {
  return ec2Operation({
    parameters: ["ImageId", "Filter", "MaxResults", "NextToken"],
    checks: anyResource,
    run: (call, cloud) => answer(state, call, cloud.clock.now().getTime()),
  });
}

function answer(state: Ec2State, call: Call, now: number): JsonObject {
  const images = texts(call.input, "ImageId");
  if (images.length > MOST_IMAGES) throw invalidValue("ImageId", images.join(","));
  const size = whole(call.input, "MaxResults");
  if (size !== undefined && (size < 1 || size > LARGEST_PAGE)) throw invalidValue("MaxResults", String(size));
  const passes = filterOf(call.input, FILTERS, () => ({}));
  const found = tasksOf(state, call.caller.account, call.region).filter(
    (task) =>
      Date.parse(task.startTime) > now - LISTED_MS &&
      (images.length === 0 || images.includes(task.imageId)) &&
      passes(task),
  );
  const { items, nextToken } = page(found, call.input);
  return { storeImageTaskResultSet: items.map(taskAnswer), nextToken };
}
