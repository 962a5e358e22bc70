import { buildGraph } from "../../../../topology";
import type { CopyImageRequest } from "../../../../scripts/aws";
import type { RunContext } from "../../../../scripts/engine/context";
import { startCopy } from "../../../../kinds/ami/carry/start-copy";
import { Stage } from "../../../scripts/fake-aws/stage";

/** The CopyImage request for the transit copy of the stage's image. */
async function sent(number: number, sourceImageId = "ami-11111111", of = "run-1"): Promise<CopyImageRequest> {
  const stage = new Stage();
  const [rule] = stage.topology.rules;
  if (rule === undefined) throw new TypeError("no rule");
  const key = { arn: "arn:aws:kms:eu-west-1:111111111111:key/1", manager: "AWS" as const, aliases: [] };
  const snapshots = [{ snapshotId: "snap-1", deviceName: "/dev/xvda", sizeGiB: 8, key }];
  const [node] = buildGraph(stage.topology, rule, { id: sourceImageId, name: "web-1", snapshots }).nodes;
  if (node === undefined) throw new TypeError("no node");
  const requests: CopyImageRequest[] = [];
  const images = { copyImage: async (request: CopyImageRequest) => (requests.push(request), "ami-2") };
  const context = {
    topology: stage.topology,
    aws: { images: () => images },
    emit: () => undefined,
  } as unknown as RunContext;
  const origin = { id: sourceImageId, region: "eu-west-1", sourceId: sourceImageId, intent: of };
  await startCopy(context, node, origin, "arn:aws:kms:eu-west-1:111111111111:key/2", { number, of });
  const [request] = requests;
  if (request === undefined) throw new TypeError("no request");
  return request;
}

describe("the call that starts a copy", () => {
  it("has the same token for the same request, from any process", async () => {
    expect((await sent(1)).clientToken).toBe((await sent(1)).clientToken);
    expect((await sent(1)).clientToken).toMatch(/^[0-9a-f]{64}$/);
  });

  it("has different tokens for different attempts, sources and runs", async () => {
    const requests = [
      await sent(1),
      await sent(2),
      await sent(1, "ami-22222222"),
      await sent(1, "ami-11111111", "run-2"),
    ];
    expect(new Set(requests.map(({ clientToken }) => clientToken)).size).toBe(4);
  });

  it("sets the lineage tags in the call itself", async () => {
    expect((await sent(2)).tags).toEqual({
      "keyferry:topology": "acme",
      "keyferry:node": "web/transit/builder/eu-west-1",
      "keyferry:role": "transit",
      "keyferry:source-image": "ami-11111111",
      "keyferry:parent-image": "ami-11111111",
      "keyferry:attempt": "2",
    });
  });
});
