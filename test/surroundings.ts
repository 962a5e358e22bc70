import { mkdtempSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";

/**
 * Everything that a test run writes below the temporary directory goes with the run, and the SDK's notice about coming
 * Node versions does not drown the results.
 */
export default function setUp(): void {
  process.env["TMPDIR"] = mkdtempSync(path.join(os.tmpdir(), "keyferry-tests-"));
  process.env["AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED"] = "true";
}

export function tearDown(): void {
  rmSync(process.env["TMPDIR"] ?? "", { recursive: true, force: true });
}
