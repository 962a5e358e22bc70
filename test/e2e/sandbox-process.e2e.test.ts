import { spawn, type ChildProcess } from "node:child_process";
import { request } from "node:http";
import path from "node:path";

const ROOT = path.resolve(__dirname, "../..");
const GONE_WITHIN_MS = 5_000;

jest.setTimeout(240_000);

interface Started {
  readonly child: ChildProcess;
  readonly url: string;
  readonly output: string;
}

/** moto is a child of the sandbox here, as it is for users, so that it is seen if it is left behind. */
const env = { ...process.env, KEYFERRY_TEST_WARM_MOTO: undefined };

/** Starts the sandbox in a separate process group, so that a signal to the group is a Ctrl-C. */
function start(command: string, argv: readonly string[]): Promise<Started> {
  const child = spawn(command, argv, {
    cwd: ROOT,
    env,
    detached: true,
    stdio: ["ignore", "pipe", "inherit"],
  });
  return new Promise((resolve, reject) => {
    let output = "";
    child.stdout.on("data", (chunk: Buffer) => {
      output += chunk.toString();
      const url = /AWS_ENDPOINT_URL=(http:\S+)/.exec(output)?.[1];
      if (url !== undefined && output.includes("Ctrl-C")) {
        resolve({ child, url, output });
      }
    });
    child.once("exit", (code) => reject(new Error(`the sandbox ended with ${code}: ${output}`)));
  });
}

const NODE = [process.execPath, ["-r", "./bin/typescript.js", "sandbox/main.ts", "--port", "0"]] as const;
const NPM = ["npm", ["run", "sandbox", "--silent", "--", "--port", "0", "--time-scale", "10"]] as const;

function answers(url: string): Promise<boolean> {
  return new Promise((resolve) => {
    request(`${url}/_rehearsal/health`, (response) => {
      response.resume();
      resolve(response.statusCode === 200);
    })
      .once("error", () => resolve(false))
      .end();
  });
}

/** Whether any process of the group is alive: npm, the shell, node or moto. */
function groupLives(group: number): boolean {
  try {
    return process.kill(-group, 0);
  } catch {
    return false;
  }
}

async function gone(group: number): Promise<boolean> {
  for (const until = Date.now() + GONE_WITHIN_MS; Date.now() < until;) {
    if (!groupLives(group)) return true;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return false;
}

const ctrlC = (pid: number): boolean => process.kill(-pid, "SIGINT");
const kill9 = (pid: number): boolean => process.kill(pid, "SIGKILL");

test.each([
  { by: "node", command: NODE, how: "Ctrl-C", end: ctrlC },
  { by: "node", command: NODE, how: "kill -9", end: kill9 },
  { by: "npm", command: NPM, how: "Ctrl-C", end: ctrlC },
  { by: "npm", command: NPM, how: "kill -9", end: kill9 },
])("started by $by, $how leaves no process behind", async ({ command: [program, argv], end }) => {
  const { child, url } = await start(program, argv);
  const pid = child.pid ?? 0;
  child.removeAllListeners("exit");
  expect(await answers(url)).toBe(true);

  end(pid);
  expect(await gone(pid)).toBe(true);
  expect(await answers(url)).toBe(false);
});

test("it prints the environment variables to export when it is ready", async () => {
  const { child, output } = await start(...NODE);
  child.removeAllListeners("exit");
  process.kill(child.pid ?? 0, "SIGTERM");

  for (const name of ["AWS_ENDPOINT_URL", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_REGION"]) {
    expect(output).toContain(`export ${name}=`);
  }
});

test.each([
  ["--port", "80000"],
  ["--time-scale", "0"],
  ["--speed", "2"],
])("%s %s is wrong usage: exit code 2 and nothing started", async (option, value) => {
  const argv = ["-r", "./bin/typescript.js", "sandbox/main.ts", option, value];
  const child = spawn(process.execPath, argv, { cwd: ROOT, stdio: ["ignore", "pipe", "pipe"] });
  let printed = "";
  child.stderr.on("data", (chunk: Buffer) => (printed += chunk.toString()));
  const code = await new Promise((resolve) => child.once("close", resolve));
  expect(code).toBe(2);
  expect(printed).toContain(option);
});
