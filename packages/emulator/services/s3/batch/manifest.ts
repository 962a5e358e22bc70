import type { XmlElement } from "../xml";
import { listOf } from "./create";
import type { Task } from "./job";
import { JobFailure } from "./job-failure";

/**
 * The objects of a manifest in CSV, whose keys are URL-encoded. Source: S3 user guide, "Specifying a manifest".
 * @throws JobFailure for a line that does not have the declared fields
 */
export function readManifest(text: string, spec: XmlElement): readonly Task[] {
  const fields = listOf(spec, "Fields").map(String);
  const at = (name: string): number => fields.indexOf(name);
  if (at("Bucket") === -1 || at("Key") === -1)
    throw new JobFailure("InvalidManifest", "The manifest's Fields need Bucket and Key.");
  return text
    .split(/\r?\n/)
    .filter((line) => line !== "")
    .map((line, index) => {
      const cells = cellsOf(line);
      if (cells.length !== fields.length)
        throw new JobFailure(
          "InvalidManifest",
          `Line ${index + 1} of the manifest has ${cells.length} fields instead of ${fields.length}.`,
        );
      const version = cells[at("VersionId")];
      return {
        bucket: cells[at("Bucket")] ?? "",
        key: decoded(cells[at("Key")] ?? ""),
        ...(version === undefined || version === "" ? {} : { version }),
      };
    });
}

/** Cells of one line; a quote within quotes is doubled. */
function cellsOf(line: string): readonly string[] {
  const cells = [...line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g)];
  return cells.map(([, quoted, plain]) => quoted?.replace(/""/g, '"') ?? plain ?? "");
}

function decoded(key: string): string {
  try {
    return decodeURIComponent(key.replace(/\+/g, " "));
  } catch {
    throw new JobFailure("InvalidManifest", `The key ${key} of the manifest is not URL-encoded.`);
  }
}

/** For a field that identifies a task. */
export function keyInCsv(key: string): string {
  return encodeURIComponent(key).replace(/%2F/g, "/");
}
