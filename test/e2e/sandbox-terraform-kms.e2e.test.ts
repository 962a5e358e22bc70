import { spawn } from "node:child_process";
import { copyFileSync, mkdtempSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { startRehearsal, type Rehearsal } from "../../sandbox";
import { hostEnvironment } from "../../setup/environment";
import { terraformParts } from "../../setup/terraform-variables";

jest.setTimeout(180_000);

interface Finished {
  readonly code: number | null;
  readonly output: string;
}

let cloud: Rehearsal;
let directory: string;
const defects: unknown[] = [];
beforeAll(async () => {
  cloud = await startRehearsal({ port: 0, onDefect: (error) => defects.push(error) });
  directory = mkdtempSync(path.join(os.tmpdir(), "keyferry-kms-"));
  copyFileSync(path.join(__dirname, "lib/kms-and-iam.tf"), path.join(directory, "main.tf"));
});
afterAll(async () => {
  await cloud.stop();
  rmSync(directory, { recursive: true, force: true });
});

async function terraform(...argv: string[]): Promise<Finished> {
  const parts = await terraformParts({
    ...hostEnvironment(),
    env: { ...process.env, AWS_ENDPOINT_URL: cloud.url },
  });
  const child = spawn(parts.terraform.path, [...argv, "-no-color", "-input=false"], {
    cwd: directory,
    env: { ...parts.env },
  });
  let output = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => (output += text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => (output += text));
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code) => resolve({ code, output }));
  });
}

const last = ({ code, output }: Finished) => ({ code, output: output.slice(-1500) });

test("Terraform creates, reads without drift, changes and destroys keys, grants, roles and users", async () => {
  expect(last(await terraform("init"))).toMatchObject({ code: 0 });
  expect(last(await terraform("apply", "-auto-approve"))).toMatchObject({ code: 0 });
  expect(last(await terraform("plan", "-detailed-exitcode"))).toMatchObject({ code: 0 });
  const second = ["-auto-approve", "-refresh=false", "-var=phase=2"];
  expect(last(await terraform("apply", ...second))).toMatchObject({ code: 0 });
  expect(last(await terraform("destroy", "-auto-approve", "-refresh=false"))).toMatchObject({ code: 0 });
  expect(defects).toEqual([]);
});
