import {
  CreateGrantCommand,
  CreateKeyCommand,
  DecryptCommand,
  DescribeKeyCommand,
  EncryptCommand,
  ListAliasesCommand,
  ListGrantsCommand,
  ScheduleKeyDeletionCommand,
} from "@aws-sdk/client-kms";
import { GetCallerIdentityCommand } from "@aws-sdk/client-sts";
import { gunzipSync, gzipSync } from "node:zlib";
import { capture, restore } from "../../state/capture";
import { administratorOf, DST, SRC, startTestCloud, trusting, type TestCloud } from "../lib/cloud";

let cloud: TestCloud;
beforeEach(async () => {
  cloud = await startTestCloud();
});
afterEach(() => cloud.stop());

const admin = administratorOf(SRC);

test("a cloud that is loaded from a dump is restored: keys, ciphertexts, grants, sessions", async () => {
  const kms = cloud.kms(admin);
  const { KeyMetadata: key } = await kms.send(new CreateKeyCommand({}));
  const KeyId = key?.Arn;
  const { CiphertextBlob } = await kms.send(new EncryptCommand({ KeyId, Plaintext: Buffer.from("carried") }));
  await kms.send(
    new CreateGrantCommand({
      KeyId,
      GranteePrincipal: `arn:aws:iam::${DST}:root`,
      Operations: ["Decrypt"],
    }),
  );
  const role = cloud.moto.addRole(SRC, "runner", { trust: trusting(SRC) });
  const session = await cloud.session(SRC, role);

  const dump: Buffer = await cloud.control("GET", "state");
  await cloud.control("POST", "reset");
  await expect(kms.send(new DescribeKeyCommand({ KeyId }))).rejects.toThrow("does not exist");
  await expect(cloud.sts(session).send(new GetCallerIdentityCommand({}))).rejects.toThrow("invalid");

  expect((await cloud.control("PUT", "state", dump)).status).toBe(200);
  const { Plaintext } = await kms.send(new DecryptCommand({ CiphertextBlob }));
  expect(Buffer.from(Plaintext ?? []).toString()).toBe("carried");
  const { Grants } = await kms.send(new ListGrantsCommand({ KeyId }));
  expect(Grants).toHaveLength(1);
  const { KeyMetadata: loaded } = await kms.send(new DescribeKeyCommand({ KeyId }));
  expect(loaded?.CreationDate).toEqual(key?.CreationDate);
  const { Account } = await cloud.sts(session).send(new GetCallerIdentityCommand({}));
  expect(Account).toBe(SRC);
});

test("resources created after the dump no longer exist when it is loaded", async () => {
  const kms = cloud.kms(admin);
  const dump: Buffer = await cloud.control("GET", "state");
  const { KeyMetadata } = await kms.send(new CreateKeyCommand({}));
  await cloud.control("PUT", "state", dump);
  await expect(kms.send(new DescribeKeyCommand({ KeyId: KeyMetadata?.KeyId }))).rejects.toThrow(
    "does not exist",
  );
});

test("a dump contains scheduled work: a key that was scheduled for deletion is deleted in time", async () => {
  const kms = cloud.kms(admin);
  const { KeyMetadata } = await kms.send(new CreateKeyCommand({}));
  const KeyId = KeyMetadata?.KeyId;
  await kms.send(new ScheduleKeyDeletionCommand({ KeyId, PendingWindowInDays: 7 }));
  const dump: Buffer = await cloud.control("GET", "state");
  expect(Buffer.isBuffer(dump)).toBe(true);
  await cloud.control("POST", "reset");
  await cloud.control("PUT", "state", dump);

  await cloud.clock.advance(6 * 86_400);
  expect((await kms.send(new DescribeKeyCommand({ KeyId }))).KeyMetadata?.KeyState).toBe("PendingDeletion");
  await cloud.clock.advance(2 * 86_400);
  await expect(kms.send(new DescribeKeyCommand({ KeyId }))).rejects.toThrow("does not exist");
});

test("a dump does not wait for pending work, and a reset drops it", async () => {
  const done: string[] = [];
  cloud.clock.handle("test:wait", ({ name }) => void done.push(String(name)));
  cloud.clock.schedule(90, "test:wait", { name: "copy" });
  const dump: Buffer = await cloud.control("GET", "state");
  await cloud.control("POST", "reset");
  await cloud.clock.advance(100);
  expect(done).toEqual([]);
  await cloud.control("PUT", "state", dump);
  await cloud.clock.advance(90);
  expect(done).toEqual(["copy"]);
});

test("after a reset nothing is left", async () => {
  const kms = cloud.kms(admin);
  await kms.send(new CreateKeyCommand({}));
  await cloud.clock.advance(3600);
  await cloud.control("POST", "reset");
  expect((await kms.send(new ListAliasesCommand({}))).Aliases).toEqual([]);
  expect(cloud.composition.cloud.trail.of(SRC, "eu-west-1").map(({ name }) => name)).toEqual(["ListAliases"]);
});

test("a state keeps its maps, sets, dates and bytes, and ignores functions", () => {
  const make = () => ({
    map: new Map<string, unknown>(),
    records: {} as Record<string, unknown>,
    ask: () => 1,
  });
  const from = make();
  from.map.set("a", { date: new Date(5), bytes: Buffer.from("x"), set: new Set(["y"]) });
  from.records["b"] = [1, null, "z"];
  const to = make();
  to.map.set("stale", 1);
  restore(to, JSON.parse(JSON.stringify(capture(from))));
  expect(to.map).toEqual(from.map);
  expect(to.records).toEqual(from.records);
  expect(to.ask()).toBe(1);
});

describe("a file that is not a state", () => {
  const changed = async (change: (file: any) => void): Promise<Buffer> => {
    const file = JSON.parse(gunzipSync((await cloud.control("GET", "state")) as Buffer).toString());
    change(file);
    return gzipSync(JSON.stringify(file));
  };

  test.each<[string, (file: any) => void]>([
    ["is of another form", (file) => (file.format = "keyferry-rehearsal/2")],
    ["has an unknown store", (file) => (file.stores.none = {})],
    ["lacks a store", (file) => delete file.stores.kms],
    ["lacks a part of one", (file) => delete file.stores.ec2.images],
    ["has an unknown part", (file) => (file.stores.ec2.more = {})],
    ["has a list in place of a record", (file) => (file.stores.ec2.images = [])],
    ["has a record in place of a map", (file) => (file.stores.kms.grantTokens = {})],
    ["has a text in place of a record", (file) => (file.stores.ec2.images = "none")],
    ["has an invalid map", (file) => (file.stores.ec2.images = { a: { $map: "x" } })],
    ["has an invalid date", (file) => (file.stores.ec2.images = { a: { $date: "tomorrow" } })],
    ["has invalid bytes", (file) => (file.stores.ec2.images = { a: { $bytes: "%" } })],
    ["reserves a name", (file) => (file.stores.ec2.images = { a: JSON.parse('{"__proto__": {}}') })],
    [
      "has work without a handler",
      (file) => file.clock.work.push({ inSeconds: 1, kind: "run:code", payload: {} }),
    ],
    ["has an invalid time", (file) => (file.clock.advanced = "soon")],
    ["has more in it", (file) => (file.code = "x")],
  ])("because it %s is refused, and the cloud is unchanged", async (_what, change) => {
    const kms = cloud.kms(admin);
    const { KeyMetadata } = await kms.send(new CreateKeyCommand({}));
    const refused = await cloud.control("PUT", "state", await changed(change));
    expect(refused).toMatchObject({ status: 409, code: "DumpNotReadable" });
    await expect(kms.send(new DescribeKeyCommand({ KeyId: KeyMetadata?.KeyId }))).resolves.toBeDefined();
    const same = await changed(() => undefined);
    expect((await cloud.control("PUT", "state", same)).status).toBe(200);
  });

  test("because it is not compressed is refused", async () => {
    const refused = await cloud.control("PUT", "state", Buffer.from('{"format": "keyferry-rehearsal/3"}'));
    expect(refused).toMatchObject({ status: 409, code: "DumpNotReadable" });
  });
});
