import { execFile } from "node:child_process";
import path from "node:path";
import { promisify } from "node:util";
import { startRehearsal } from "../../sandbox";
import { hostEnvironment } from "../../setup/environment";
import { provideMoto } from "../../setup/moto";

jest.setTimeout(60_000);

test("boto3 and another library's RSA bring material to a key and to its replica", async () => {
  const cloud = await startRehearsal({ port: 0, timeScale: 60 });
  try {
    const { python } = await provideMoto(hostEnvironment());
    const script = path.join(__dirname, "lib/bring_key.py");
    const { stdout } = await promisify(execFile)(python, [script, cloud.url]);
    expect(JSON.parse(stdout)).toEqual({
      empty: "KMSInvalidStateException",
      other: "IncorrectKeyMaterialException",
      opened: "secret",
      deleted: "KMSInvalidStateException",
      replica: "Enabled",
    });
  } finally {
    await cloud.stop();
  }
});
