import { buffer } from "node:stream/consumers";
import { fromBufferPromise, type ZipFile } from "yauzl";
import { KeyferryError } from "../core/errors";

/**
 * The content of one file in a ZIP archive, the format of HashiCorp's releases.
 * @throws KeyferryError `ArchiveUnreadable`
 */
export async function readZipEntry(archive: Buffer, name: string): Promise<Buffer> {
  const zip = await opened(archive);
  for await (const entry of zip.eachEntry()) {
    if (entry.fileName === name) return buffer(await zip.openReadStreamPromise(entry));
  }
  throw unreadable(`has no entry ${name}`);
}

async function opened(archive: Buffer): Promise<ZipFile> {
  try {
    return await fromBufferPromise(archive);
  } catch (cause) {
    throw unreadable("is not a ZIP file", cause);
  }
}

function unreadable(why: string, cause?: unknown): KeyferryError {
  return new KeyferryError(`the archive ${why}`, { code: "ArchiveUnreadable", source: "tool", cause });
}
