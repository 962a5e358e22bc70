import type { JsonObject } from "../../../contract";
import { availableImage, createBench, IRELAND, linux, SRC, type Bench } from "./lib/bench";

const run = async (bench: Bench, more: JsonObject = {}): Promise<string> => {
  const { instancesSet } = await bench.call(SRC, IRELAND, "RunInstances", input(more));
  return String((instancesSet as readonly JsonObject[])[0]?.instanceId);
};
const input = (more: JsonObject): JsonObject => ({
  ImageId: linux(IRELAND),
  InstanceType: "t3.micro",
  MinCount: "1",
  MaxCount: "1",
  InstanceMarketOptions: { MarketType: "spot" },
  ...more,
});

describe("a Spot Instance of RunInstances", () => {
  it("is described as one", async () => {
    const bench = createBench();
    const id = await run(bench);
    const { reservationSet } = await bench.call(SRC, IRELAND, "DescribeInstances", { InstanceId: [id] });
    expect(reservationSet).toMatchObject([
      {
        instancesSet: [{ instanceLifecycle: "spot", spotInstanceRequestId: expect.stringMatching(/^sir-/) }],
      },
    ]);
  });

  it("requires a key policy that allows EC2 Spot's service-linked role, not the caller", async () => {
    const bench = createBench();
    const key = bench.addKey(SRC, IRELAND, "k");
    const ImageId = await availableImage(bench, key);
    bench.keys[key]!.allowed[SRC] = [];
    const failed = await run(bench, { ImageId });
    await bench.clock.advance(60);
    expect(bench.state.instances[failed]).toMatchObject({
      state: "terminated",
      stateReason: { code: "Client.InternalError" },
    });
    bench.keys[key]!.allowed["AWSServiceRole"] = ["*"];
    const running = await run(bench, { ImageId });
    await bench.clock.advance(60);
    expect(bench.state.instances[running]?.state).toBe("running");
  });

  it("creates the role if its caller may, and is refused otherwise", async () => {
    const bench = createBench();
    bench.roles.clear();
    bench.denied.push("iam:CreateServiceLinkedRole");
    expect(await bench.refusal(SRC, IRELAND, "RunInstances", input({}))).toBe(
      "AuthFailure.ServiceLinkedRoleCreationNotPermitted: The provided credentials do not have permission to create the service-linked role for EC2 Spot Instances.",
    );
    bench.denied.length = 0;
    await run(bench);
    expect([...bench.roles]).toEqual([SRC]);
  });

  it("also requires the permission to make the request", async () => {
    const bench = createBench();
    bench.denied.push(`ec2:RunInstances on arn:aws:ec2:${IRELAND}:${SRC}:spot-instances-request/`);
    await expect(run(bench)).rejects.toMatchObject({ code: "Denied" });
    await expect(run(bench, { InstanceMarketOptions: {} })).resolves.toMatch(/^i-/);
  });

  it.each([
    [{ MarketType: "spot", SpotOptions: { SpotInstanceType: "persistent" } }, /^UnsupportedOperation/],
    [{ MarketType: "capacity-block" }, /^UnsupportedOperation/],
    [{ MarketType: "bazaar" }, /^InvalidParameterValue/],
  ])("is refused with %j", async (InstanceMarketOptions, expected) => {
    const bench = createBench();
    expect(await bench.refusal(SRC, IRELAND, "RunInstances", input({ InstanceMarketOptions }))).toMatch(
      expected,
    );
  });
});
