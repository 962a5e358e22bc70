import {
  CreateGrantCommand,
  CreateKeyCommand,
  DescribeKeyCommand,
  PutKeyPolicyCommand,
} from "@aws-sdk/client-kms";
import { PutRolePolicyCommand } from "@aws-sdk/client-iam";
import type { Call, Clock } from "../../sandbox/contract";
import { Lag } from "../../sandbox/lag";
import { administratorOf, DST, policy, SRC, startTestCloud, trusting, type TestCloud } from "./lib/cloud";

const LAG = 5;
let cloud: TestCloud;
beforeEach(async () => {
  cloud = await startTestCloud({ consistencyLag: LAG });
});
afterEach(() => cloud.stop());

const outcome = (call: Promise<unknown>): Promise<string> =>
  call.then(
    () => "allowed",
    (error: Error) => error.name,
  );
const open = policy({ Principal: { AWS: [SRC, DST] }, Action: "kms:*", Resource: "*" });

test("a changed key policy is obeyed only after the lag", async () => {
  const owner = cloud.kms(administratorOf(SRC));
  const { KeyMetadata } = await owner.send(new CreateKeyCommand({}));
  const KeyId = KeyMetadata?.Arn;
  await owner.send(new PutKeyPolicyCommand({ KeyId, Policy: JSON.stringify(open) }));
  const look = () => outcome(cloud.kms(administratorOf(DST)).send(new DescribeKeyCommand({ KeyId })));

  expect(await look()).toBe("AccessDeniedException");
  await cloud.clock.advance(LAG);
  expect(await look()).toBe("allowed");
});

test("a new grant is honoured only after the lag", async () => {
  const role = cloud.moto.addRole(DST, "user", { trust: trusting(DST) });
  const owner = cloud.kms(administratorOf(SRC));
  const { KeyMetadata } = await owner.send(new CreateKeyCommand({}));
  const KeyId = KeyMetadata?.Arn;
  await owner.send(new CreateGrantCommand({ KeyId, GranteePrincipal: role, Operations: ["DescribeKey"] }));
  const session = await cloud.session(DST, role);
  const look = () => outcome(cloud.kms(session).send(new DescribeKeyCommand({ KeyId })));

  expect(await look()).toBe("AccessDeniedException");
  await cloud.clock.advance(LAG);
  expect(await look()).toBe("allowed");
});

test("a role goes on with its old policies for the lag", async () => {
  const role = cloud.moto.addRole(SRC, "user", {
    trust: trusting(SRC),
    policies: { all: policy({ Action: "sts:*", Resource: "*" }) },
  });
  const session = await cloud.session(SRC, role);
  const create = () => outcome(cloud.kms(session).send(new CreateKeyCommand({})));
  expect(await create()).toBe("AccessDeniedException");
  const allow = JSON.stringify(policy({ Action: "kms:*", Resource: "*" }));
  await cloud
    .iam(administratorOf(SRC))
    .send(new PutRolePolicyCommand({ RoleName: "user", PolicyName: "keys", PolicyDocument: allow }));

  expect(await create()).toBe("AccessDeniedException");
  await cloud.clock.advance(LAG);
  expect(await create()).toBe("allowed");
});

describe("a new image", () => {
  let now = 0;
  const clock: Pick<Clock, "now"> = { now: () => new Date(now) };
  const call = (input: Call["input"]): Call => ({
    requestId: "r",
    service: "ec2",
    region: "eu-west-1",
    operation: "DescribeImages",
    caller: { kind: "user", account: SRC, arn: "", userId: "", identity: [] },
    input,
  });
  const output = {
    imagesSet: [
      { imageId: "ami-old", creationDate: new Date(0).toISOString() },
      { imageId: "ami-new", creationDate: new Date(60_000).toISOString() },
    ],
  };

  test("is not listed at first, and not found by its id", () => {
    const lag = new Lag(clock, LAG);
    now = 60_000;
    expect(lag.described(call({}), output)).toEqual({ imagesSet: [output.imagesSet[0]] });
    expect(() => lag.described(call({ ImageId: ["ami-new"] }), output)).toThrow(
      "The image id '[ami-new]' does not exist",
    );
  });

  test("is there after the lag, and at once without one", () => {
    now = 60_000 + LAG * 1000;
    expect(new Lag(clock, LAG).described(call({ ImageId: ["ami-new"] }), output)).toEqual(output);
    now = 60_000;
    expect(new Lag(clock, 0).described(call({}), output)).toBe(output);
  });
});
