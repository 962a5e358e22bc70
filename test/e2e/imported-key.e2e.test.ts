import { randomBytes } from "node:crypto";
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import {
  DecryptCommand,
  DeleteImportedKeyMaterialCommand,
  DescribeKeyCommand,
  EncryptCommand,
} from "@aws-sdk/client-kms";
import { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import { TerraformStack, Testing } from "cdktf";
import { ImportedKey } from "../../constructs";
import { furnish } from "../../demo/furnish";
import { giveDocumentedPermissions } from "./lib/deploy-role";
import { rehearse, ROOT, type Rehearsal } from "./lib/rehearsal";
import { TerraformDirectory } from "./lib/terraform-directory";

jest.setTimeout(600_000);

const PROD = "222222222222";
const REGION = "eu-central-1";
const ALIAS = "alias/material-of-our-own";

let cloud: Rehearsal;
let declared: string;
let directory: TerraformDirectory;
let arn: string;
const prod = () => cloud.admin(PROD, REGION);

beforeAll(async () => {
  cloud = await rehearse({
    name: "imported",
    accounts: { builder: { id: "111111111111" }, prod: { id: PROD } },
    images: {
      web: {
        from: { account: "builder", region: "eu-west-1", newest: { name: "web-*" } },
        to: [{ account: "prod", regions: [REGION] }],
      },
    },
  });
  await furnish(cloud.url, cloud.topology, () => undefined);
  declared = mkdtempSync(path.join(os.tmpdir(), "keyferry-imported-"));
  const stack = new TerraformStack(Testing.app(), "key");
  new AwsProvider(stack, "aws", { region: REGION });
  new ImportedKey(stack, "key", { alias: ALIAS, description: "material of our own" });
  writeFileSync(path.join(declared, "main.tf.json"), Testing.synth(stack));
  const env = { ...cloud.env, AWS_ACCESS_KEY_ID: PROD, TF_REATTACH_PROVIDERS: undefined };
  directory = await TerraformDirectory.served(declared, env);
  await directory.apply();
  arn = String((await described())?.Arn);
});
afterAll(async () => {
  await cloud.stop();
  directory.remove();
  rmSync(declared, { recursive: true, force: true });
});

async function described() {
  const { KeyMetadata } = await prod().kms.send(new DescribeKeyCommand({ KeyId: ALIAS }));
  return KeyMetadata;
}

/** The path of a file in the rehearsal's directory. */
const file = (name: string) => path.join(cloud.directory, name);

function materialIn(name: string): Buffer {
  const bytes = randomBytes(32);
  writeFileSync(file(name), bytes);
  return bytes;
}

/** Every file below a directory that contains the bytes, raw or as hexadecimal or Base64 text. */
function filesWith(bytes: Buffer, below: string): readonly string[] {
  const forms = [bytes, Buffer.from(bytes.toString("base64")), Buffer.from(bytes.toString("hex"))];
  return readdirSync(below, { recursive: true, encoding: "utf8" })
    .map((name) => path.join(below, name))
    .filter((name) => statSync(name).isFile() && forms.some((form) => readFileSync(name).includes(form)));
}

test("a role without the two permissions imports nothing, and the error names the missing permission", async () => {
  await giveDocumentedPermissions(cloud, cloud.topology, PROD);
  materialIn("first.bin");
  const { code, stderr } = await cloud.keyferry("keys", "import", arn, "--material", "first.bin");
  expect([code, stderr]).toEqual([1, expect.stringContaining("kms:GetParametersForImport")]);
  expect((await described())?.KeyState).toBe("PendingImport");
  await giveDocumentedPermissions(cloud, cloud.topology, PROD, { importsKeys: true });
});

test("the material is imported, the key is enabled, and no file, output or plan contains the bytes", async () => {
  const bytes = materialIn("material.bin");
  const { code, stdout, stderr } = await cloud.keyferry("keys", "import", arn, "--material", "material.bin");
  expect([code, stderr.includes("FAILED")]).toEqual([0, false]);
  expect(stdout).toContain(`${arn} has the material, which does not expire`);
  expect((await described())?.KeyState).toBe("Enabled");
  expect(await directory.changes()).toEqual([]);
  for (const text of [stdout, stderr])
    for (const encoding of ["hex", "base64"] as const) expect(text).not.toContain(bytes.toString(encoding));
  expect(filesWith(bytes, cloud.directory)).toEqual([file("material.bin")]);
  expect(filesWith(bytes, directory.path)).toEqual([]);
});

test("no report and no arguments or environment of a process that an import starts contain the bytes", async () => {
  const bytes = readFileSync(file("material.bin"));
  const record = file("started.jsonl");
  const options = `--require ${path.join(ROOT, "test/e2e/lib/record_arguments.cjs")}`;
  const recorded = (...argv: string[]) =>
    cloud.startKeyferry(argv, { NODE_OPTIONS: options, RECORD_ARGUMENTS_IN: record }).finished;
  expect(await recorded("keys", "import", arn, "--material", "material.bin")).toMatchObject({ code: 0 });
  expect(await recorded("report", "--offline")).toMatchObject({ code: 0 });
  const started = readFileSync(record, "utf8").trim().split("\n");
  expect(started[0]).toContain(JSON.stringify(["keys", "import", arn, "--material"]).slice(1, -1));
  expect(filesWith(bytes, cloud.directory)).toEqual([file("material.bin")]);
});

test("after the material was deleted, importing the same material makes ciphertexts readable again; other material is refused", async () => {
  const { kms } = prod();
  const { CiphertextBlob } = await kms.send(
    new EncryptCommand({ KeyId: arn, Plaintext: Buffer.from("kept") }),
  );
  await kms.send(new DeleteImportedKeyMaterialCommand({ KeyId: arn }));
  materialIn("other.bin");
  const refused = await cloud.keyferry("keys", "import", arn, "--material", "other.bin");
  expect([refused.code, refused.stdout]).toEqual([
    3,
    expect.stringContaining("is not the one that was imported into this key before"),
  ]);
  await expect(kms.send(new DecryptCommand({ CiphertextBlob }))).rejects.toMatchObject({
    name: "KMSInvalidStateException",
  });
  expect(await cloud.keyferry("keys", "import", arn, "--material", "material.bin")).toMatchObject({
    code: 0,
  });
  const { Plaintext } = await kms.send(new DecryptCommand({ CiphertextBlob }));
  expect(Buffer.from(Plaintext ?? []).toString()).toBe("kept");
});

test("wrong options are reported before any call, and no file is overwritten", async () => {
  const both = await cloud.keyferry("keys", "import", arn);
  expect([both.code, both.stderr]).toEqual([2, expect.stringContaining("--material, --generate")]);
  const { code, stderr } = await cloud.keyferry("keys", "import", arn, "--generate", "material.bin");
  expect([code, stderr]).toEqual([2, expect.stringContaining("existing files are never overwritten")]);
});
