import { createHash } from "node:crypto";
import { existsSync, readFileSync, statSync } from "node:fs";
import path from "node:path";
import { provideTerraform } from "../../setup/terraform";
import { PINNED_RELEASE } from "../../setup/terraform-release";
import { dispose, fakeTerraform, file, machine, script, serve, zip } from "./fixtures";

afterEach(dispose);

const PROGRAM = "#!/bin/sh\necho made up\n";
const ARCHIVE = zip([
  { name: "LICENSE.txt", content: "licence" },
  { name: "terraform", content: PROGRAM },
]);
const SUM = createHash("sha256").update(ARCHIVE).digest("hex");
const RELEASE = { version: "1.99.0", sha256: { linux_amd64: SUM } };
const SERVED = "/1.99.0/terraform_1.99.0_linux_amd64.zip";

describe("on PATH", () => {
  test("a Terraform that is new enough is used", async () => {
    const environment = machine();
    const terraform = fakeTerraform(path.join(environment.env["PATH"] ?? "", "terraform"), "1.11.0");
    await expect(provideTerraform(environment)).resolves.toEqual({
      path: terraform,
      version: "1.11.0",
      origin: "PATH",
    });
  });

  test("one that is too old is skipped for a newer one behind it", async () => {
    const environment = machine();
    const [front, behind] = [path.join(environment.home, "front"), path.join(environment.home, "behind")];
    fakeTerraform(path.join(front, "terraform"), "1.10.5");
    const newer = fakeTerraform(path.join(behind, "terraform"), "2.0.1");
    const withBoth = { ...environment, env: { ...environment.env, PATH: `${front}:relative:${behind}` } };
    await expect(provideTerraform(withBoth)).resolves.toMatchObject({ path: newer, version: "2.0.1" });
  });

  test("a file that may not be executed is ignored", async () => {
    const { url } = await serve({});
    const environment = machine({ KEYFERRY_TERRAFORM_BASE_URL: url });
    file(path.join(environment.env["PATH"] ?? "", "terraform"), "not a program");
    await expect(provideTerraform(environment, RELEASE)).rejects.toMatchObject({ code: "TerraformMissing" });
  });
});

describe("named by KEYFERRY_TERRAFORM", () => {
  test("it takes precedence over the one on PATH, also with a relative path", async () => {
    const environment = machine({ KEYFERRY_TERRAFORM: "tools/terraform" });
    fakeTerraform(path.join(environment.env["PATH"] ?? "", "terraform"), "1.12.0");
    const named = fakeTerraform(path.join(environment.cwd, "tools", "terraform"), "1.11.4");
    await expect(provideTerraform(environment)).resolves.toEqual({
      path: named,
      version: "1.11.4",
      origin: "KEYFERRY_TERRAFORM",
    });
  });

  test("one that is too old is refused, although PATH has a good one", async () => {
    const environment = machine({ KEYFERRY_TERRAFORM: "./old" });
    fakeTerraform(path.join(environment.env["PATH"] ?? "", "terraform"), "1.12.0");
    fakeTerraform(path.join(environment.cwd, "old"), "1.5.7");
    await expect(provideTerraform(environment)).rejects.toMatchObject({
      code: "TerraformUnusable",
      message: expect.stringContaining("is Terraform 1.5.7"),
      fix: expect.stringContaining("1.11 or newer"),
    });
  });

  test("a program that is not Terraform is refused", async () => {
    const environment = machine({ KEYFERRY_TERRAFORM: "./other" });
    script(path.join(environment.cwd, "other"), "exit 1");
    await expect(provideTerraform(environment)).rejects.toMatchObject({ code: "TerraformUnusable" });
  });
});

describe("downloaded", () => {
  test("the pinned release is verified, unpacked, and then found in the cache", async () => {
    const { url, requests } = await serve({ [SERVED]: ARCHIVE });
    const environment = machine({ KEYFERRY_TERRAFORM_BASE_URL: `${url}/` });
    const fetched = await provideTerraform(environment, RELEASE);
    expect(fetched.origin).toBe("download");
    expect(fetched.path.startsWith(path.join(environment.cwd, ".cache"))).toBe(true);
    expect(readFileSync(fetched.path, "utf8")).toBe(PROGRAM);
    expect(statSync(fetched.path).mode & 0o111).toBe(0o111);
    await expect(provideTerraform(environment, RELEASE)).resolves.toEqual({ ...fetched, origin: "cache" });
    expect(requests).toEqual([SERVED]);
  });

  test("KEYFERRY_CACHE sets the directory of the download", async () => {
    const { url } = await serve({ [SERVED]: ARCHIVE });
    const environment = machine({ KEYFERRY_TERRAFORM_BASE_URL: url, KEYFERRY_CACHE: "../elsewhere" });
    const { path: fetched } = await provideTerraform(environment, RELEASE);
    expect(fetched.startsWith(path.join(environment.cwd, "..", "elsewhere"))).toBe(true);
  });

  test("a wrong checksum is refused with both checksums, and nothing is kept", async () => {
    const { url } = await serve({ [SERVED]: ARCHIVE });
    const environment = machine({ KEYFERRY_TERRAFORM_BASE_URL: url });
    const expected = "0".repeat(64);
    const release = { ...RELEASE, sha256: { linux_amd64: expected } };
    const failure = provideTerraform(environment, release);
    await expect(failure).rejects.toMatchObject({ code: "TerraformChecksumWrong" });
    await expect(failure).rejects.toThrow(new RegExp(`${SUM}.*${expected}`));
    expect(existsSync(path.join(environment.cwd, ".cache"))).toBe(false);
  });

  test("a platform without a checksum is refused before anything is downloaded", async () => {
    const { url, requests } = await serve({ [SERVED]: ARCHIVE });
    const environment = { ...machine({ KEYFERRY_TERRAFORM_BASE_URL: url }), arch: "riscv64" };
    await expect(provideTerraform(environment, RELEASE)).rejects.toThrow("no checksum for linux_riscv64");
    expect(requests).toEqual([]);
  });

  test("for a server without the release, the error has its response and a fix", async () => {
    const { url } = await serve({});
    const failure = provideTerraform(machine({ KEYFERRY_TERRAFORM_BASE_URL: url }), RELEASE);
    await expect(failure).rejects.toMatchObject({
      code: "TerraformMissing",
      message: expect.stringContaining(`${url}${SERVED} cannot be downloaded: the server returned 404`),
      fix: expect.stringContaining("KEYFERRY_TERRAFORM_BASE_URL"),
    });
  });

  test("without a network, the error has the reason", async () => {
    const environment = machine({ KEYFERRY_TERRAFORM_BASE_URL: "http://127.0.0.1:1" });
    await expect(provideTerraform(environment, RELEASE)).rejects.toMatchObject({ code: "TerraformMissing" });
  });
});

test("the pinned release has well-formed checksums for the platforms that Node and Terraform share", () => {
  expect(Object.keys(PINNED_RELEASE.sha256).sort()).toEqual([
    "darwin_amd64",
    "darwin_arm64",
    "linux_amd64",
    "linux_arm64",
    "windows_amd64",
  ]);
  for (const sum of Object.values(PINNED_RELEASE.sha256)) expect(sum).toMatch(/^[0-9a-f]{64}$/);
});
