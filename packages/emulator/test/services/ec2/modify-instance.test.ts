import type { JsonObject } from "../../../contract";
import { createBench, DST, IRELAND, runningInstance, SRC, type Bench } from "./lib/bench";

/** Changes that clients make to an existing instance. */

const described = async (bench: Bench, id: string): Promise<JsonObject> => {
  const answer = await bench.call(SRC, IRELAND, "DescribeInstances", { InstanceId: [id] });
  const [reservation] = answer.reservationSet as readonly JsonObject[];
  return (reservation?.instancesSet as readonly JsonObject[])[0] ?? {};
};

describe("ModifyInstanceMetadataOptions", () => {
  const OPERATION = "ModifyInstanceMetadataOptions";

  it("changes the given options, which are pending and then applied", async () => {
    const bench = createBench();
    const InstanceId = await runningInstance(bench);
    const change = { HttpTokens: "required", HttpPutResponseHopLimit: "1" };
    const answer = await bench.call(SRC, IRELAND, OPERATION, { InstanceId, ...change });
    const expected = { httpTokens: "required", httpPutResponseHopLimit: 1, httpEndpoint: "enabled" };
    expect(answer).toMatchObject({
      instanceId: InstanceId,
      instanceMetadataOptions: { ...expected, state: "pending" },
    });
    expect((await described(bench, InstanceId)).metadataOptions).toMatchObject({
      ...expected,
      state: "applied",
    });
  });

  it.each([
    ["another word", { HttpTokens: "forbidden" }],
    ["a hop limit beyond 64", { HttpPutResponseHopLimit: "65" }],
    ["a hop limit of 0", { HttpPutResponseHopLimit: "0" }],
    ["IPv6", { HttpProtocolIpv6: "enabled" }],
  ])("refuses %s", async (_what, change) => {
    const bench = createBench();
    const InstanceId = await runningInstance(bench);
    expect(await bench.refusal(SRC, IRELAND, OPERATION, { InstanceId, ...change })).toMatch(
      /^InvalidParameterValue/,
    );
  });

  it("cannot be called for another account's instance, and sets condition keys", async () => {
    const bench = createBench();
    const change = { InstanceId: await runningInstance(bench), HttpTokens: "required" };
    expect(await bench.refusal(DST, IRELAND, OPERATION, change)).toMatch(/^InvalidInstanceID.NotFound/);
    const [check] = await bench.checks(SRC, IRELAND, OPERATION, change);
    expect(check?.context).toMatchObject({ "ec2:Attribute/HttpTokens": "required" });
  });
});

describe("ModifyInstanceAttribute", () => {
  it("turns termination and stop protection on and off", async () => {
    const bench = createBench();
    const InstanceId = await runningInstance(bench);
    const set = (attribute: string, Value: string) =>
      bench.call(SRC, IRELAND, "ModifyInstanceAttribute", { InstanceId, [attribute]: { Value } });
    const end = (operation: string) => bench.refusal(SRC, IRELAND, operation, { InstanceId: [InstanceId] });
    await set("DisableApiStop", "true");
    await set("DisableApiTermination", "true");
    expect([await end("StopInstances"), await end("TerminateInstances")]).toEqual([
      expect.stringMatching(/^OperationNotPermitted/),
      expect.stringMatching(/^OperationNotPermitted/),
    ]);
    await set("DisableApiStop", "false");
    await bench.call(SRC, IRELAND, "ModifyInstanceAttribute", {
      InstanceId,
      Attribute: "disableApiTermination",
      Value: "false",
    });
    expect([await end("StopInstances"), await end("TerminateInstances")]).toEqual(["none", "none"]);
  });

  it("changes the type of a stopped instance only", async () => {
    const bench = createBench();
    const InstanceId = await runningInstance(bench);
    const change = () =>
      bench.refusal(SRC, IRELAND, "ModifyInstanceAttribute", {
        InstanceId,
        InstanceType: { Value: "m5.large" },
      });
    expect(await change()).toMatch(/^IncorrectInstanceState/);
    await bench.call(SRC, IRELAND, "StopInstances", { InstanceId: [InstanceId] });
    await bench.clock.advance(60);
    expect(await change()).toBe("none");
    expect(bench.state.instances[InstanceId]?.instanceType).toBe("m5.large");
  });

  it("changes groups, and what happens to a volume when the instance ends", async () => {
    const bench = createBench();
    const InstanceId = await runningInstance(bench);
    const modify = (change: JsonObject) =>
      bench.refusal(SRC, IRELAND, "ModifyInstanceAttribute", { InstanceId, ...change });
    const keep = (DeviceName: string) =>
      modify({ BlockDeviceMapping: [{ DeviceName, Ebs: { DeleteOnTermination: "false" } }] });
    expect([await modify({ GroupId: ["sg-2"] }), await keep("/dev/xvda")]).toEqual(["none", "none"]);
    expect(await keep("/dev/sdz")).toMatch(/^InvalidInstanceAttributeValue/);
    expect(await modify({})).toMatch(/^MissingParameter/);
    expect(await modify({ Attribute: "kernel", Value: "aki-1" })).toMatch(/^InvalidParameterValue/);
    expect((await described(bench, InstanceId)).groupSet).toEqual([{ groupId: "sg-2", groupName: "web" }]);
    await bench.call(SRC, IRELAND, "TerminateInstances", { InstanceId: [InstanceId] });
    await bench.clock.advance(60);
    expect(Object.values(bench.state.volumes)).toEqual([expect.objectContaining({ state: "available" })]);
  });

  it("cannot be called for another account's instance", async () => {
    const bench = createBench();
    const InstanceId = await runningInstance(bench);
    const change = { InstanceId, DisableApiStop: { Value: "true" } };
    expect(await bench.refusal(DST, IRELAND, "ModifyInstanceAttribute", change)).toMatch(
      /^InvalidInstanceID.NotFound/,
    );
    const [check] = await bench.checks(SRC, IRELAND, "ModifyInstanceAttribute", change);
    expect(check?.context).toMatchObject({
      "ec2:Attribute": "DisableApiStop",
      "ec2:Attribute/DisableApiStop": "true",
    });
  });
});
