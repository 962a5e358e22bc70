import { CreateKeyCommand, ListKeysCommand } from "@aws-sdk/client-kms";
import { GetCallerIdentityCommand } from "@aws-sdk/client-sts";
import { administratorOf, DST, SRC, startTestCloud, type TestCloud } from "../lib/cloud";

let cloud: TestCloud;
beforeEach(async () => {
  cloud = await startTestCloud();
});
afterEach(() => cloud.stop());

const inject = (...faults: object[]) => cloud.control("PUT", "faults", { faults });
const codeOf = (call: Promise<unknown>): Promise<string> =>
  call.then(
    () => "ok",
    (error: Error) => (error.name === "Error" ? error.message : error.name),
  );
const listKeys = (account = SRC) => codeOf(cloud.kms(administratorOf(account)).send(new ListKeysCommand({})));

test("a share of the calls is throttled, with the service's own error code", async () => {
  await inject({ service: "kms", share: 0.5, effect: { kind: "throttle" } });
  const codes = [];
  for (let call = 0; call < 4; call++) codes.push(await listKeys());
  expect(codes).toEqual(["ok", "ThrottlingException", "ok", "ThrottlingException"]);
  const identity = cloud.sts(administratorOf(SRC)).send(new GetCallerIdentityCommand({}));
  expect(await codeOf(identity)).toBe("ok");
});

test("the nth call of an operation fails, and no other", async () => {
  await inject({ operation: "ListKeys", nth: 2, effect: { kind: "fail", code: "Boom", status: 500 } });
  expect([await listKeys(), await listKeys(), await listKeys()]).toEqual(["ok", "Boom", "ok"]);
});

test("a fault for one account does not affect another", async () => {
  await inject({ account: DST, effect: { kind: "fail", code: "Boom" } });
  expect([await listKeys(SRC), await listKeys(DST)]).toEqual(["ok", "Boom"]);
});

test("a connection is cut before the operation ran", async () => {
  await inject({ operation: "CreateKey", effect: { kind: "reset" } });
  const kms = cloud.kms(administratorOf(SRC));
  await expect(kms.send(new CreateKeyCommand({}))).rejects.toMatchObject({ code: "ECONNRESET" });
  expect((await kms.send(new ListKeysCommand({}))).Keys).toEqual([]);
});

test("a connection is cut after the operation ran: the caller gets no response", async () => {
  await inject({ operation: "CreateKey", times: 1, effect: { kind: "reset", when: "after" } });
  const kms = cloud.kms(administratorOf(SRC));
  await expect(kms.send(new CreateKeyCommand({}))).rejects.toMatchObject({ code: "ECONNRESET" });
  expect((await kms.send(new ListKeysCommand({}))).Keys).toHaveLength(1);
});

test("a response is delayed", async () => {
  await inject({ operation: "ListKeys", times: 1, effect: { kind: "slow", seconds: 0.2 } });
  const began = Date.now();
  expect(await listKeys()).toBe("ok");
  expect(Date.now() - began).toBeGreaterThanOrEqual(190);
});

test("an action is denied as by an explicit deny", async () => {
  await inject({ effect: { kind: "deny", action: "kms:ListKeys" } });
  const call = cloud.kms(administratorOf(SRC)).send(new ListKeysCommand({}));
  await expect(call).rejects.toThrow("kms:ListKeys with an explicit deny in an identity-based policy");
});

test("faults are listed with the number of their strikes, and removed when they are deleted", async () => {
  await inject({ operation: "ListKeys", effect: { kind: "throttle" } });
  await listKeys();
  expect((await cloud.control("GET", "faults")).faults).toMatchObject([{ seen: 1, struck: 1 }]);
  await cloud.control("DELETE", "faults");
  expect(await listKeys()).toBe("ok");
});

test.each([
  [{ effect: { kind: "explode" } }, "effect.kind"],
  [{ effect: { kind: "slow" } }, "needs seconds"],
  [{ effect: { kind: "throttle" }, share: 2 }, "share"],
  [{ effect: { kind: "throttle" }, nth: 0 }, "nth"],
  [{ effect: { kind: "throttle" }, where: "ec2" }, "has no where"],
])("%j is refused: %s", async (rule, reason) => {
  const answer = await inject(rule);
  expect(answer.status).toBe(400);
  expect(answer.error).toContain(reason);
});
