const MAP = 0xa0;
const TEXT = 0x60;
/** Major type 3 with a length of four bytes. */
const LONG_TEXT = 0x7a;
const LONGEST_SHORT = 23;

/** A map of at most 23 texts in CBOR, the form of errors. Source: RFC 8949, "Specification of the CBOR Encoding". */
export function encodeCbor(members: Readonly<Record<string, string>>): Buffer {
  const entries = Object.entries(members);
  const texts = entries.flatMap(([name, value]) => [encodeText(name), encodeText(value)]);
  return Buffer.concat([Buffer.from([MAP + entries.length]), ...texts]);
}

function encodeText(value: string): Buffer {
  const bytes = Buffer.from(value, "utf8");
  if (bytes.length <= LONGEST_SHORT) return Buffer.concat([Buffer.from([TEXT + bytes.length]), bytes]);
  const head = Buffer.alloc(5);
  head.writeUInt8(LONG_TEXT);
  head.writeUInt32BE(bytes.length, 1);
  return Buffer.concat([head, bytes]);
}
