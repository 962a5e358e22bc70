import { spawn } from "node:child_process";
import { once } from "node:events";
import type { Socket } from "node:net";
import os from "node:os";
import path from "node:path";
import { MOTO_SETTINGS } from "../../packages/emulator/moto/process";
import { hostEnvironment } from "../../setup/environment";
import { provideMoto } from "../../setup/moto";
import setUpForAll from "../surroundings";

const WARM = path.join(__dirname, "lib/warm-moto");
const SERVED = path.join(__dirname, "../../packages/emulator/moto");

/**
 * The set-up of end-to-end tests: the set-up of all tests, and a process that has loaded moto and forks for each start of the
 * repository's own moto (`lib/warm-moto`). It ends with this process. If it cannot be started, each cloud loads moto itself.
 */
export default async function setUp(): Promise<void> {
  setUpForAll();
  const moto = await provideMoto(hostEnvironment()).catch(() => undefined);
  if (moto === undefined || process.platform === "win32") return;
  const address = path.join(os.tmpdir(), "moto");
  const keeper = spawn(moto.python, [path.join(WARM, "keeper.py"), address, SERVED], {
    stdio: ["pipe", "pipe", "inherit"],
    env: { ...process.env, ...MOTO_SETTINGS },
  });
  const [ready] = (await Promise.race([once(keeper.stdout, "data"), once(keeper, "exit")])) as [unknown];
  // The keeper ends with this process, which does not wait for it.
  for (const handle of [keeper, keeper.stdin as Socket, keeper.stdout as Socket]) handle.unref();
  if (!Buffer.isBuffer(ready)) return;
  process.env["KEYFERRY_TEST_WARM_MOTO"] = address;
  process.env["PYTHONPATH"] = [WARM, process.env["PYTHONPATH"]].filter(Boolean).join(path.delimiter);
}
