import { inflateRawSync } from "node:zlib";
import { KeyferryError } from "../core/errors";

/** Offsets and signatures of the ZIP format. Source: PKWARE APPNOTE.TXT, sections 4.3.7, 4.3.12 and 4.3.16. */
const END_SIGNATURE = 0x06054b50;
const END_BYTES = 22;
const MAX_COMMENT_BYTES = 0xffff;
const DIRECTORY_SIGNATURE = 0x02014b50;
const DIRECTORY_ENTRY_BYTES = 46;
const LOCAL_HEADER_BYTES = 30;
const METHOD_STORED = 0;
const METHOD_DEFLATED = 8;

interface Entry {
  readonly name: string;
  readonly method: number;
  readonly compressedBytes: number;
  readonly headerOffset: number;
}

/**
 * The content of one file in a ZIP archive without ZIP64 and encryption, as HashiCorp's releases are. The archive's
 * checksum has been verified by the caller, so the entry's own is not.
 *
 * @throws KeyferryError `ArchiveUnreadable`
 */
export function readZipEntry(archive: Buffer, name: string): Buffer {
  const entry = directoryOf(archive).find((candidate) => candidate.name === name);
  if (entry === undefined) throw unreadable(`has no entry ${name}`);
  const nameBytes = archive.readUInt16LE(entry.headerOffset + 26);
  const extraBytes = archive.readUInt16LE(entry.headerOffset + 28);
  const start = entry.headerOffset + LOCAL_HEADER_BYTES + nameBytes + extraBytes;
  const content = archive.subarray(start, start + entry.compressedBytes);
  if (entry.method === METHOD_STORED) return content;
  if (entry.method === METHOD_DEFLATED) return inflateRawSync(content);
  throw unreadable(`packs ${name} by method ${entry.method}, not by ${METHOD_STORED} or ${METHOD_DEFLATED}`);
}

function directoryOf(archive: Buffer): Entry[] {
  const end = endOffset(archive);
  const count = archive.readUInt16LE(end + 10);
  const entries: Entry[] = [];
  let offset = archive.readUInt32LE(end + 16);
  while (entries.length < count) {
    if (archive.readUInt32LE(offset) !== DIRECTORY_SIGNATURE) throw unreadable("has a broken directory");
    const nameBytes = archive.readUInt16LE(offset + 28);
    const nameStart = offset + DIRECTORY_ENTRY_BYTES;
    entries.push({
      name: archive.toString("utf8", nameStart, nameStart + nameBytes),
      method: archive.readUInt16LE(offset + 10),
      compressedBytes: archive.readUInt32LE(offset + 20),
      headerOffset: archive.readUInt32LE(offset + 42),
    });
    offset = nameStart + nameBytes + archive.readUInt16LE(offset + 30) + archive.readUInt16LE(offset + 32);
  }
  return entries;
}

function endOffset(archive: Buffer): number {
  const lowest = Math.max(0, archive.length - END_BYTES - MAX_COMMENT_BYTES);
  for (let offset = archive.length - END_BYTES; offset >= lowest; offset--) {
    if (archive.readUInt32LE(offset) === END_SIGNATURE) return offset;
  }
  throw unreadable("is not a ZIP file");
}

function unreadable(why: string): KeyferryError {
  return new KeyferryError(`the archive ${why}`, { code: "ArchiveUnreadable", source: "tool" });
}
