import { constants, generateKeyPairSync, privateDecrypt, randomBytes } from "node:crypto";
import { AwsCallError, type ImportableKey } from "../../../../scripts/aws";
import { importMaterial, type MaterialImport } from "../../../../scripts/commands/keys/import-material";
import type { Place } from "../../../../topology";
import { Stage } from "../../fake-aws/stage";

const PRIMARY = "arn:aws:kms:eu-west-1:222222222222:key/mrk-1234abcd12ab34cd56ef1234567890ab";
const REPLICA = PRIMARY.replace("eu-west-1", "eu-central-1");
const NOW = new Date("2026-01-01T00:00:00Z");
const DAY_MS = 86_400_000;

/** A wrapping key; 2048 bits are enough for a test. */
const { publicKey, privateKey } = generateKeyPairSync("rsa", {
  modulusLength: 2048,
  publicKeyEncoding: { format: "der", type: "spki" },
  privateKeyEncoding: { format: "pem", type: "pkcs8" },
});

/** KMS for imports: the material of every key, and the calls. */
class FakeKms {
  readonly held = new Map<string, { readonly bytes: string; readonly validTo?: Date }>();
  readonly calls: string[] = [];
  readonly keys = new Map<string, ImportableKey>();

  constructor(key: Partial<ImportableKey> = {}) {
    const related = { primary: PRIMARY, replicas: [REPLICA] };
    for (const arn of [PRIMARY, REPLICA]) {
      const found = { arn, origin: "EXTERNAL", spec: "SYMMETRIC_DEFAULT", state: "PendingImport", related };
      this.keys.set(arn, { ...found, ...key });
    }
  }

  readonly at = ({ region }: Place) => ({
    describe: async (arn: string) => this.keys.get(arn),
    parameters: async (arn: string) => {
      this.calls.push(`parameters ${region} ${arn.split(":")[3]}`);
      return { publicKey, token: Buffer.from(arn) };
    },
    import: async (arn: string, encrypted: Uint8Array, token: Uint8Array, validTo?: Date) => {
      expect(Buffer.from(token).toString()).toBe(arn);
      const bytes = privateDecrypt(
        { key: privateKey, padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: "sha256" },
        Buffer.from(encrypted),
      ).toString("hex");
      const before = this.held.get(arn);
      if (before !== undefined && before.bytes !== bytes) throw incorrect(arn);
      this.calls.push(`import ${region}`);
      this.held.set(arn, { bytes, ...(validTo === undefined ? {} : { validTo }) });
    },
  });
}

const incorrect = (arn: string) =>
  new AwsCallError(
    { operation: `ImportKeyMaterial ${arn}`, account: "222222222222", region: "eu-west-1" },
    {
      code: "IncorrectKeyMaterialException",
      message: "The key material is not the one that was imported into this key before.",
      transient: false,
    },
  );

function imports(kms: FakeKms, given: Partial<MaterialImport> = {}) {
  const stage = new Stage();
  const deployer = { ...stage.deployer.access(), keyMaterial: kms.at };
  const material = randomBytes(32);
  return importMaterial(
    { topology: stage.topology, deployer, now: NOW },
    { key: PRIMARY, material, ...given },
  );
}

test("the material is imported into the primary first, then into each replica, in its Region", async () => {
  const kms = new FakeKms();
  const material = randomBytes(32);
  const bytes = material.toString("hex");
  const { done, refusals } = await imports(kms, { material });
  expect(kms.calls).toEqual([
    "parameters eu-west-1 eu-west-1",
    "import eu-west-1",
    "parameters eu-central-1 eu-central-1",
    "import eu-central-1",
  ]);
  expect([...kms.held]).toEqual([
    [PRIMARY, { bytes }],
    [REPLICA, { bytes }],
  ]);
  expect([done.length, refusals]).toEqual([2, []]);
});

test("a replica's ARN imports into all related keys; the material expires at the requested time", async () => {
  const kms = new FakeKms();
  const validTo = new Date(NOW.getTime() + DAY_MS);
  const { done } = await imports(kms, { key: REPLICA, validTo });
  expect([...kms.held.values()].map((held) => held.validTo)).toEqual([validTo, validTo]);
  expect(done[0]).toContain("until 2026-01-02T00:00:00.000Z");
});

test("an interrupted import continues with the same material", async () => {
  const kms = new FakeKms();
  const bytes = randomBytes(32);
  const port = kms.at;
  let left = 1;
  const broken = Object.assign(new FakeKms(), {
    at: (place: Place) => ({
      ...port(place),
      import: async (...args: Parameters<ReturnType<typeof port>["import"]>) => {
        if (left-- <= 0) throw new TypeError("interrupted");
        return port(place).import(...args);
      },
    }),
  });
  await expect(imports(broken, { material: Buffer.from(bytes) })).rejects.toThrow("interrupted");
  expect([...kms.held.keys()]).toEqual([PRIMARY]);
  const { done } = await imports(kms, { material: Buffer.from(bytes) });
  expect(done).toHaveLength(2);
});

test("material other than the first is refused with AWS's reason and its meaning", async () => {
  const kms = new FakeKms();
  await imports(kms);
  const { done, refusals } = await imports(kms);
  expect(done).toEqual([]);
  expect(refusals).toMatchObject([
    {
      subject: PRIMARY,
      what: expect.stringContaining("is not the one that was imported into this key before"),
      fix: expect.stringContaining("a key's material cannot be replaced"),
      account: "222222222222",
    },
  ]);
});

describe("generated material is stored", () => {
  test("before it is sent to KMS", async () => {
    const kms = new FakeKms();
    await imports(kms, { keep: () => void kms.calls.push("kept") });
    expect(kms.calls[0]).toBe("kept");
  });

  test("and nothing is imported if it cannot be stored", async () => {
    const kms = new FakeKms();
    const keep = () => {
      throw new TypeError("the disk is full");
    };
    await expect(imports(kms, { keep })).rejects.toThrow("the disk is full");
    expect(kms.calls).toEqual([]);
  });

  test.each<[string, Partial<MaterialImport>, FakeKms]>([
    ["not for a key without imported material", {}, new FakeKms({ origin: "AWS_KMS" })],
    ["not when the input is wrong", { key: "alias/ours" }, new FakeKms()],
  ])("%s", async (_when, given, kms) => {
    const keep = jest.fn();
    await imports(kms, { ...given, keep }).catch(() => undefined);
    expect(keep).not.toHaveBeenCalled();
  });
});

describe("the bytes are overwritten", () => {
  test.each<[string, Partial<MaterialImport>, FakeKms]>([
    ["when they are imported", {}, new FakeKms()],
    ["when the key accepts none", {}, new FakeKms({ origin: "AWS_KMS" })],
    ["when the input is wrong", { key: "alias/ours" }, new FakeKms()],
  ])("%s", async (_when, given, kms) => {
    const material = randomBytes(32);
    await imports(kms, { ...given, material }).catch(() => undefined);
    expect(material).toEqual(Buffer.alloc(32));
  });
});

test.each<[Partial<ImportableKey>, string]>([
  [{ origin: "AWS_KMS" }, "its origin is AWS_KMS: AWS generates its material, and none can be imported"],
  [{ spec: "HMAC_256" }, "its key spec is HMAC_256"],
  [{ state: "PendingDeletion" }, "it is pending deletion"],
])("a key that is %j is refused, without an import call", async (key, what) => {
  const kms = new FakeKms(key);
  expect((await imports(kms)).refusals).toMatchObject([{ what }]);
  expect(kms.calls).toEqual([]);
});

test("a key that does not exist is refused", async () => {
  const kms = new FakeKms();
  kms.keys.clear();
  expect((await imports(kms)).refusals).toMatchObject([
    { what: "there is no such key in 222222222222 eu-west-1" },
  ]);
});

test("all problems of wrong input are reported together", async () => {
  const wrong = {
    key: "alias/ours",
    material: Buffer.alloc(31),
    validTo: new Date(NOW.getTime() + 366 * DAY_MS),
  };
  await expect(imports(new FakeKms(), wrong)).rejects.toMatchObject({
    problems: [
      { path: "<key>", what: '"alias/ours" is not the ARN of a key' },
      { path: "--material", what: "it has 31 bytes" },
      { path: "--expires" },
    ],
  });
  await expect(
    imports(new FakeKms(), { key: PRIMARY.replace("222222222222", "999999999999") }),
  ).rejects.toMatchObject({
    problems: [{ path: "<key>", what: "the topology has no account 999999999999" }],
  });
});
