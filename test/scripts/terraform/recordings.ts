import { readFileSync } from "node:fs";
import path from "node:path";
import { readLine, type Line } from "../../../scripts/terraform/machine-output";

/** The path of a recording. */
export function recordingFile(name: string): string {
  return path.join(__dirname, "recordings", `${name}.jsonl`);
}

/** A recording of Terraform's output, line by line. */
export function recording(name: string): readonly Line[] {
  return readFileSync(recordingFile(name), "utf8").trim().split("\n").map(readLine);
}
