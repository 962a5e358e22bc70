import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { ROOT, start } from "./lib/rehearsal";

jest.setTimeout(600_000);

/** The places where leftovers would be: the demo's workspace, and moto. */
function leftovers(directory: string): readonly string[] {
  const processes = existsSync("/proc")
    ? readdirSync("/proc").filter(
        (pid) => /^\d+$/.test(pid) && environmentOf(pid).includes(`TMPDIR=${directory}`),
      )
    : [];
  return [
    ...readdirSync(directory).filter((name) => name.startsWith("keyferry-")),
    ...processes.map((pid) => `process ${pid}`),
  ];
}

function environmentOf(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/environ`, "utf8");
  } catch {
    return "";
  }
}

test("the demo carries an image by copy, share and S3, carries a database snapshot, replicates a bucket, verifies everything, and leaves only the manifest and the report", async () => {
  const directory = mkdtempSync(path.join(os.tmpdir(), "demo-test-"));
  try {
    // moto is a descendant of the demo here, as it is for users, so that it is seen if it is left behind.
    const env = {
      ...process.env,
      TMPDIR: directory,
      NO_COLOR: "1",
      KEYFERRY_TEST_WARM_MOTO: undefined,
    };
    const { code, stdout, stderr } = await start([path.join(ROOT, "bin/keyferry.js"), "demo"], env, ROOT)
      .finished;
    expect({ code, output: code === 0 ? "" : stdout + stderr }).toEqual({ code: 0, output: "" });
    const table = stdout.slice(stdout.indexOf("All resources and their keys"));
    expect(table).toMatch(/prod 222222222222 +eu-central-1 +image ami-\w+ web-/);
    expect(table).toMatch(/instance i-\w+ of ami-\w+ +\S+ +alias\/keyferry\/demo\/home/);
    expect(table).toMatch(
      /staging 333333333333 +eu-central-1 +image ami-\w+ web-\S+ +\S+ +alias\/keyferry\/demo\/home/,
    );
    expect(table).toMatch(/DB snapshot orders-\S+ +orders +alias\/app-data/);
    expect(table).toMatch(/DB snapshot keyferry-demo-\w+ +orders +alias\/keyferry\/demo\/home/);
    // Three volumes of two copies and of two instances, and the database's copy.
    expect(table.match(/alias\/keyferry\/demo\/home/g)).toHaveLength(13);
    expect(table).toMatch(
      /staging 333333333333 +eu-central-1[^]* eu-west-1 +instance i-\w+ of ami-\w+ +\S+ +alias\/keyferry\/demo\/home/,
    );
    expect(table.match(/alias\/keyferry\/demo\/shared-images/g)).toHaveLength(3);
    expect(table).not.toContain("transit");
    expect(table).toMatch(
      /builder 111111111111 +eu-west-1 +bucket demo-documents +old-report.txt +alias\/documents\n +report.txt +alias\/documents/,
    );
    expect(table).toMatch(
      /prod 222222222222 +eu-central-1 +bucket demo-documents-222222222222-eu-central-1 +old-report.txt +alias\/keyferry\/demo\/buckets\n +report.txt +alias\/keyferry\/demo\/buckets/,
    );
    const manifest = JSON.parse(
      readFileSync(path.join(ROOT, ".rehearsal/demo/manifest.json"), "utf8"),
    ) as object;
    expect(Object.keys(manifest).length).toBeGreaterThan(0);
    const page = readFileSync(path.join(ROOT, ".rehearsal/demo/report.html"), "utf8");
    expect(page).toMatch(/copies proved<\/dt>\s*<dd>5 of 5</);
    expect(page).toContain("The path of the objects");
    expect(page).toContain("2 of 2 replicated");
    expect(leftovers(directory)).toEqual([]);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
});
