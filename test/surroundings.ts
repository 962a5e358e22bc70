import { mkdtempSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";

/** Jest loads its hooks one by one: what they have in common they keep there. */
const shared = globalThis as { testDirectory?: string };

/**
 * Everything that a test run writes below the temporary directory goes with the run, and the SDK's notice about coming
 * Node versions does not drown the results.
 */
export default function setUp(): void {
  // Each of Jest's projects asks for it.
  if (shared.testDirectory !== undefined) return;
  shared.testDirectory = mkdtempSync(path.join(os.tmpdir(), "keyferry-tests-"));
  process.env["TMPDIR"] = shared.testDirectory;
  process.env["AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED"] = "true";
}

export function tearDown(): void {
  if (shared.testDirectory !== undefined) rmSync(shared.testDirectory, { recursive: true, force: true });
}
