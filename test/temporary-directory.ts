import { mkdtempSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";

/** Everything that a test run writes below the temporary directory goes with the run. */
export default function setUp(): void {
  process.env["TMPDIR"] = mkdtempSync(path.join(os.tmpdir(), "keyferry-tests-"));
}

export function tearDown(): void {
  rmSync(process.env["TMPDIR"] ?? "", { recursive: true, force: true });
}
