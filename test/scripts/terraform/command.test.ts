import { existsSync, readdirSync, readFileSync, rmSync } from "node:fs";
import path from "node:path";
import { runTerraform } from "../../../scripts/terraform/command";
import { Log } from "../../../scripts/terraform/log";
import type { TerraformParts } from "../../../setup/terraform-variables";
import { dispose, file, script, temporaryDirectory } from "../../setup/fixtures";

afterEach(dispose);

/** A Terraform that is a shell script. */
function terraform(...lines: readonly string[]) {
  const directory = temporaryDirectory();
  const program = script(path.join(directory, "terraform"), ...lines);
  const parts = {
    terraform: { path: program },
    env: { PATH: process.env["PATH"] },
  } as unknown as TerraformParts;
  const heard: string[] = [];
  const log = Log.begin(path.join(directory, "logs"), "deploy", new Date(0), (text) => heard.push(text));
  const controller = new AbortController();
  return {
    directory,
    log,
    heard,
    controller,
    run: async (onLine: (line: string) => void = () => undefined) => {
      const lines: string[] = [];
      const exitCode = await runTerraform(
        { parts, log, signal: controller.signal },
        {
          directory,
          args: ["plan"],
          onLine: (line) => {
            lines.push(line);
            onLine(line);
          },
        },
      );
      return { exitCode, lines };
    },
  };
}

test("every line of stdout and stderr is passed on, including an unterminated last line, and the exit code is Terraform's", async () => {
  const { run, log } = terraform("echo one", "echo two >&2", "printf drei", "exit 2");
  expect(await run()).toEqual({ exitCode: 2, lines: ["one", "two", "drei"] });
  expect(readdirSync(path.dirname(log.file))).toEqual([]);
});

test("Terraform is interrupted once, and the command waits until it ends", async () => {
  const { run, controller, directory } = terraform(
    `trap 'echo interrupted; : > $PWD/finished; exit 1' INT`,
    "echo ready",
    "while :; do sleep 0.05; done",
  );
  const { exitCode, lines } = await run((line) => {
    if (line === "ready") controller.abort();
  });
  expect([exitCode, lines]).toEqual([1, ["ready", "interrupted"]]);
  expect(existsSync(path.join(directory, "finished"))).toBe(true);
});

test("an error names the Terraform that cannot be started", async () => {
  const { run, directory } = terraform("exit 0");
  rmSync(path.join(directory, "terraform"));
  await expect(run()).rejects.toMatchObject({
    code: "ProgramFailed",
    message: expect.stringContaining("terraform plan") as string,
  });
});

test("the log prefixes every line with its stack's name; text that is shown in another way is logged without calling the listener", () => {
  const { log, heard } = terraform();
  log.write("keys", "one\ntwo\n");
  log.keep("access", "three");
  expect(readFileSync(log.file, "utf8")).toBe("keys | one\nkeys | two\naccess | three\n");
  expect(heard).toEqual(["keys | one\nkeys | two"]);
});

test("only the newest logs are kept", () => {
  const directory = temporaryDirectory();
  for (let minute = 10; minute < 40; minute += 1) {
    file(path.join(directory, `20260101T00${minute}00Z-deploy-1.log`));
  }
  Log.begin(directory, "deploy", new Date("2026-02-01T00:00:00Z"), () => undefined);
  const left = readdirSync(directory);
  expect(left).toHaveLength(19);
  expect(left[0]).toBe("20260101T002100Z-deploy-1.log");
});
