import { mkdtempSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";

/** Jest loads its hooks separately, so they share state here. */
const shared = globalThis as { testDirectory?: string };

/**
 * Everything that a test run writes below the temporary directory is removed at its end, and the SDK's notice about future
 * Node versions is turned off, so that it does not hide the results.
 */
export default function setUp(): void {
  // Each Jest project calls it.
  if (shared.testDirectory !== undefined) return;
  shared.testDirectory = mkdtempSync(path.join(os.tmpdir(), "keyferry-tests-"));
  process.env["TMPDIR"] = shared.testDirectory;
  process.env["AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED"] = "true";
}

export function tearDown(): void {
  if (shared.testDirectory !== undefined) rmSync(shared.testDirectory, { recursive: true, force: true });
}
