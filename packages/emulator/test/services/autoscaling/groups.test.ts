import { createBench, DST, IRELAND, linux, SRC, TEMPLATE } from "../ec2/lib/bench";
import { activities, create, group, members, named, ROLE, template } from "./lib";

describe("an Auto Scaling group", () => {
  it("launches to its desired capacity when the service-linked role may use the key", async () => {
    const bench = createBench();
    const key = bench.addKey(SRC, IRELAND, "home");
    bench.keys[key]!.allowed[ROLE] = ["CreateGrant", "GenerateDataKeyWithoutPlaintext"];
    template(bench, key);
    await create(bench, { Tags: [{ Key: "team", Value: "web", PropagateAtLaunch: "true" }] });
    await bench.clock.advance(60);
    expect(await members(bench)).toMatchObject([
      { LifecycleState: "InService", HealthStatus: "Healthy", ImageId: linux(IRELAND) },
      { LifecycleState: "InService", HealthStatus: "Healthy" },
    ]);
    expect((await activities(bench)).map((activity) => activity.StatusCode)).toEqual([
      "Successful",
      "Successful",
    ]);
    const [instance] = Object.values(bench.state.instances);
    expect(bench.state.tags[`${SRC}/${instance?.instanceId}`]).toMatchObject({
      team: "web",
      "aws:autoscaling:groupName": "web",
    });
    expect(Object.values(bench.state.volumes)).toMatchObject([{ keyArn: key }, { keyArn: key }]);
  });

  it("fails, reports why and tries again later when the role may not use the key, regardless of the group's creator", async () => {
    const bench = createBench();
    const key = bench.addKey(SRC, IRELAND, "home");
    template(bench, key);
    await create(bench, { DesiredCapacity: "1" });
    await bench.clock.advance(20);
    expect(await members(bench)).toEqual([]);
    expect(await activities(bench)).toMatchObject([
      {
        StatusCode: "Cancelled",
        Progress: 100,
        StatusMessage:
          "Instance became unhealthy while waiting for instance to be in InService state. Termination Reason: Client.InternalError: Client error on launch",
      },
    ]);
    bench.keys[key]!.allowed[ROLE] = ["*"];
    await bench.clock.advance(120);
    expect(await members(bench)).toMatchObject([{ LifecycleState: "InService" }]);
  });

  it("waits longer after each failure", async () => {
    const bench = createBench();
    template(bench, bench.addKey(SRC, IRELAND, "home"));
    await create(bench, { DesiredCapacity: "1" });
    await bench.clock.advance(200);
    const early = (await activities(bench)).length;
    await bench.clock.advance(200);
    expect(early).toBeGreaterThan(1);
    expect((await activities(bench)).length - early).toBeLessThan(early);
  });

  it("ends an activity as failed when EC2 refuses the launch immediately", async () => {
    const bench = createBench();
    template(bench);
    await create(bench, { DesiredCapacity: "1" });
    bench.parameters["/images/web"] = "ami-00000000000000000";
    await bench.clock.advance(20);
    expect(await activities(bench)).toMatchObject([
      { StatusCode: "Failed", StatusMessage: expect.stringContaining("does not exist") },
    ]);
  });

  it("replaces an instance that a user terminates", async () => {
    const bench = createBench();
    template(bench);
    await create(bench, { DesiredCapacity: "1" });
    await bench.clock.advance(60);
    const [first] = await members(bench);
    await bench.call(SRC, IRELAND, "TerminateInstances", { InstanceId: [String(first?.InstanceId)] });
    await bench.clock.advance(300);
    const after = await members(bench);
    expect(after).toMatchObject([{ LifecycleState: "InService" }]);
    expect(after[0]?.InstanceId).not.toBe(first?.InstanceId);
  });

  it("scales in, but not below its minimum and not for protected instances", async () => {
    const bench = createBench();
    template(bench);
    await create(bench, { MinSize: "1" });
    await bench.clock.advance(60);
    const set = (count: string) =>
      bench.refusal(SRC, IRELAND, "SetDesiredCapacity", { ...named, DesiredCapacity: count });
    expect(await set("0")).toMatch(/^ValidationError/);
    expect(await set("1")).toBe("none");
    await bench.clock.advance(60);
    expect(await members(bench)).toHaveLength(1);
    const [left] = await members(bench);
    const protect = { ...named, InstanceIds: [String(left?.InstanceId)], ProtectedFromScaleIn: "true" };
    await bench.call(SRC, IRELAND, "SetInstanceProtection", protect);
    await bench.call(SRC, IRELAND, "UpdateAutoScalingGroup", {
      ...named,
      MinSize: "0",
      DesiredCapacity: "0",
    });
    await bench.clock.advance(60);
    expect(await members(bench)).toHaveLength(1);
  });

  it("launches nothing while Launch is suspended", async () => {
    const bench = createBench();
    template(bench);
    await create(bench);
    await bench.call(SRC, IRELAND, "SuspendProcesses", { ...named, ScalingProcesses: ["Launch"] });
    await bench.clock.advance(120);
    expect(await members(bench)).toEqual([]);
    await bench.call(SRC, IRELAND, "ResumeProcesses", { ...named, ScalingProcesses: ["Launch"] });
    await bench.clock.advance(60);
    expect(await members(bench)).toHaveLength(2);
  });

  it("is deleted with its instances only by force, and then leaves none", async () => {
    const bench = createBench();
    template(bench);
    await create(bench);
    await bench.clock.advance(60);
    expect(await bench.refusal(SRC, IRELAND, "DeleteAutoScalingGroup", named)).toMatch(/^ResourceInUse/);
    await bench.call(SRC, IRELAND, "DeleteAutoScalingGroup", { ...named, ForceDelete: "true" });
    expect((await group(bench)).Status).toBe("Delete in progress");
    await bench.clock.advance(120);
    expect(await group(bench)).toEqual({});
    expect(Object.values(bench.state.instances).map((instance) => instance.state)).toEqual([
      "terminated",
      "terminated",
    ]);
  });

  it("creates the service-linked role if its creator may, and is refused otherwise", async () => {
    const bench = createBench();
    template(bench);
    bench.roles.clear();
    bench.denied.push("iam:CreateServiceLinkedRole");
    await expect(create(bench)).rejects.toThrow(
      "The default Service-Linked Role for Auto Scaling could not be created",
    );
    expect(bench.roles.size).toBe(0);
    bench.denied.length = 0;
    await create(bench);
    expect([...bench.roles]).toEqual([SRC]);
  });

  it("is refused with an error that does not name the missing permission", async () => {
    const bench = createBench();
    template(bench);
    const input = { LaunchTemplate: { LaunchTemplateId: TEMPLATE }, AutoScalingGroupName: "web" };
    const checks = await bench.checks(SRC, IRELAND, "CreateAutoScalingGroup", input);
    const launching = checks.filter(({ action }) => action === "ec2:RunInstances");
    expect(launching.length).toBeGreaterThan(0);
    for (const check of launching) {
      expect(check.refusal).toBe(`You are not authorized to use launch template: ${TEMPLATE}`);
    }
  });

  it("can be created only by callers that may launch from its template", async () => {
    const bench = createBench();
    template(bench);
    bench.denied.push(`ec2:RunInstances on arn:aws:ec2:${IRELAND}:${SRC}:launch-template/${TEMPLATE}`);
    await expect(create(bench)).rejects.toMatchObject({ code: "Denied" });
    bench.denied.length = 0;
    await expect(create(bench)).resolves.toEqual({});
  });

  it.each([
    ["no template", { LaunchTemplate: {} }, /^ValidationError: Valid requests must contain/],
    [
      "a template that does not exist",
      { LaunchTemplate: { LaunchTemplateId: "lt-00000002" } },
      /^ValidationError: You must use a valid/,
    ],
    ["a minimum above the maximum", { MinSize: "5" }, /^ValidationError/],
    ["no place", { VPCZoneIdentifier: "" }, /^ValidationError: At least one/],
    [
      "target groups, which have no effect here",
      { TargetGroupARNs: ["x"] },
      /^UnsupportedOperation: The rehearsal cloud/,
    ],
  ])("is refused with %s", async (_what, change, expected) => {
    const bench = createBench();
    template(bench);
    const input = {
      AutoScalingGroupName: "web",
      LaunchTemplate: { LaunchTemplateId: TEMPLATE },
      MinSize: "0",
      MaxSize: "1",
      VPCZoneIdentifier: "subnet-a",
      ...change,
    };
    expect(await bench.refusal(SRC, IRELAND, "CreateAutoScalingGroup", input)).toMatch(expected);
  });

  it.each([
    ["CancelInstanceRefresh", { ...named, WaitForTransitioningInstances: "true" }],
    ["DescribeAutoScalingGroups", { IncludeInstances: "false" }],
    ["DescribeScalingActivities", { IncludeDeletedGroups: "true" }],
    ["UpdateAutoScalingGroup", { ...named, Tags: [{ Key: "team" }] }],
  ])("%s refuses a parameter that it does not support", async (operation, input) => {
    const bench = createBench();
    template(bench);
    await create(bench);
    expect(await bench.refusal(SRC, IRELAND, operation, input)).toMatch(
      new RegExp(`^UnsupportedOperation: The rehearsal cloud does not implement \\w+ of ${operation}`),
    );
  });

  it("belongs to its account and Region, where its name is unique", async () => {
    const bench = createBench();
    template(bench);
    await create(bench);
    await expect(create(bench)).rejects.toThrow("already exists");
    expect(
      await bench.refusal(DST, IRELAND, "SetDesiredCapacity", { ...named, DesiredCapacity: "1" }),
    ).toMatch(/^ValidationError: AutoScalingGroup name not found/);
  });
});
