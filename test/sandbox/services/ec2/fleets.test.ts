import type { JsonObject } from "../../../../sandbox/contract";
import {
  addTemplate,
  TEMPLATE,
  availableImage,
  createBench,
  IRELAND,
  linux,
  SRC,
  type Bench,
} from "./lib/bench";

let bench: Bench;
beforeEach(() => {
  bench = createBench();
  addTemplate(bench, { ImageId: linux(IRELAND), InstanceType: "t3.micro" });
});

const parameters = (more: JsonObject = {}): JsonObject => ({
  Type: "instant",
  LaunchTemplateConfigs: [{ LaunchTemplateSpecification: { LaunchTemplateId: TEMPLATE, Version: "1" } }],
  TargetCapacitySpecification: { TotalTargetCapacity: "2", DefaultTargetCapacityType: "on-demand" },
  ...more,
});
const create = (more: JsonObject = {}): Promise<JsonObject> =>
  bench.call(SRC, IRELAND, "CreateFleet", parameters(more));
const instancesOf = (answer: JsonObject): readonly string[] =>
  (answer.fleetInstanceSet as readonly { readonly instanceIds: readonly string[] }[]).flatMap(
    ({ instanceIds }) => instanceIds,
  );

describe("a fleet of type instant", () => {
  it("launches at once, and ends its instances when it is deleted", async () => {
    const answer = await create();
    const ids = instancesOf(answer);
    expect(ids).toHaveLength(2);
    await bench.clock.advance(60);
    expect(ids.map((id) => bench.state.instances[id]?.state)).toEqual(["running", "running"]);
    const deletion = { FleetId: [String(answer.fleetId)] };
    const kept = await bench.call(SRC, IRELAND, "DeleteFleets", deletion);
    expect(kept.unsuccessfulFleetDeletionSet).toHaveLength(1);
    await bench.call(SRC, IRELAND, "DeleteFleets", { ...deletion, TerminateInstances: "true" });
    await bench.clock.advance(60);
    expect(ids.map((id) => bench.state.instances[id]?.state)).toEqual(["terminated", "terminated"]);
  });

  it("launches under its service-linked role, which needs the image's key", async () => {
    const key = bench.addKey(SRC, IRELAND, "k");
    addTemplate(bench, { ImageId: await availableImage(bench, key), InstanceType: "t3.micro" });
    const [failed = ""] = instancesOf(await create());
    await bench.clock.advance(60);
    expect(bench.state.instances[failed]).toMatchObject({
      state: "terminated",
      stateReason: { code: "Client.InternalError", message: "Client.InternalError: Client error on launch" },
    });
    bench.keys[key]!.allowed["AWSServiceRole"] = ["*"];
    const [running = ""] = instancesOf(await create());
    await bench.clock.advance(60);
    expect(bench.state.instances[running]?.state).toBe("running");
  });

  it("takes its image from Parameter Store; other types do not", async () => {
    addTemplate(bench, { ImageId: "resolve:ssm:/images/web" });
    bench.parameters["/images/web"] = linux(IRELAND);
    const [id = ""] = instancesOf(await create());
    expect(bench.state.instances[id]?.imageId).toBe(linux(IRELAND));
    for (const Type of ["maintain", "request"]) {
      expect(await bench.refusal(SRC, IRELAND, "CreateFleet", parameters({ Type }))).toMatch(
        /^InvalidParameterValue: .*resolve:ssm/,
      );
    }
  });

  it("is made even when nothing could be launched, and says why", async () => {
    addTemplate(bench, { ImageId: "ami-0123456789abcdef0" });
    const answer = await create();
    expect(instancesOf(answer)).toEqual([]);
    expect(answer.errorSet).toEqual([expect.objectContaining({ errorCode: "InvalidAMIID.NotFound" })]);
  });

  it.each([
    [
      "Spot Instances",
      { TargetCapacitySpecification: { TotalTargetCapacity: "1", DefaultTargetCapacityType: "spot" } },
    ],
    ["going on", { Type: "maintain" }],
  ])("is refused where nothing here does it: %s", async (_what, more) => {
    expect(await bench.refusal(SRC, IRELAND, "CreateFleet", parameters(more))).toMatch(
      /^UnsupportedOperation/,
    );
  });

  it("is refused without the permission to launch, or the role", async () => {
    bench.denied.push("ec2:RunInstances on arn:aws:ec2:eu-west-1:111111111111:instance/*");
    expect(await bench.refusal(SRC, IRELAND, "CreateFleet", parameters())).toBe("Denied: ec2:RunInstances");
    bench.denied.length = 0;
    bench.roles.clear();
    expect(await bench.refusal(SRC, IRELAND, "CreateFleet", parameters())).toMatch(
      /AWSServiceRoleForEC2Fleet/,
    );
  });
});
