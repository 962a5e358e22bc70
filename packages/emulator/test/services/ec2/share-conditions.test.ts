import type { Call, Cloud, JsonObject } from "../../../contract";
import { snapshotAttributeOperations } from "../../../services/ec2/snapshots/attributes";
import { proofTarget, renderPolicy } from "../../../../../policy";
import { evaluate } from "@keyferry/evaluator";
import { runnerAccess, type Account, runnerPolicy } from "../../../../../topology";
import { acme } from "../../../../../test/_helpers/topologies";
import { availableImage, callerOf, createBench, IRELAND, snapshotsOf } from "./lib/bench";

const [builder] = acme().accounts as [Account];
const POLICY = renderPolicy(runnerPolicy(runnerAccess(acme(), builder)), proofTarget);
const ROLE = `arn:aws:iam::${builder.id}:role/${builder.runnerRole}`;

/** Whether the runner role of the source may make the call, as the cloud checks it with IAM. */
async function mayChange(change: JsonObject): Promise<boolean> {
  const bench = createBench();
  const [snapshot] = snapshotsOf(bench, await availableImage(bench, bench.addKey(builder.id, IRELAND, "k")));
  const operation = snapshotAttributeOperations(bench.state)["ModifySnapshotAttribute"];
  const call = {
    operation: "ModifySnapshotAttribute",
    region: IRELAND,
    caller: callerOf(builder.id),
    input: { SnapshotId: snapshot, ...change },
  } as unknown as Call;
  const checks = (await operation?.checks(call, {} as Cloud)) ?? [];
  expect(checks).not.toEqual([]);
  return checks.every(
    ({ action, resource, context = {} }) =>
      evaluate(
        {
          action,
          resource,
          resourceAccount: builder.id,
          principal: { kind: "role", arn: ROLE, account: builder.id },
          context,
        },
        { identity: [{ name: "runner", document: POLICY }] },
      ).allowed,
  );
}

const added = (...recipients: readonly JsonObject[]): JsonObject => ({
  CreateVolumePermission: { Add: recipients },
});
const removed = (...recipients: readonly JsonObject[]): JsonObject => ({
  CreateVolumePermission: { Remove: recipients },
});
const [PROD, STAGING, STRANGER] = ["222222222222", "333333333333", "999999999999"];

test.each<readonly [string, boolean, JsonObject]>([
  ["with a destination", true, added({ UserId: PROD })],
  ["with all destinations", true, added({ UserId: PROD }, { UserId: STAGING })],
  ["with a destination, in the older form", true, { OperationType: "add", UserId: [PROD] }],
  ["with another account", false, added({ UserId: STRANGER })],
  ["with a destination and another account", false, added({ UserId: PROD }, { UserId: STRANGER })],
  ["with everybody", false, added({ Group: "all" })],
  ["with a destination and everyone", false, added({ UserId: PROD }, { Group: "all" })],
  ["with everyone, in the older form", false, { OperationType: "add", UserGroup: ["all"] }],
  ["no more with a destination", true, removed({ UserId: PROD })],
  ["no more with an account that has left the topology", true, removed({ UserId: STRANGER })],
  ["no longer with everyone", true, removed({ Group: "all" })],
])("the runner role may share a snapshot %s: %s", async (_whom, allowed, change) => {
  expect(await mayChange(change)).toBe(allowed);
});
