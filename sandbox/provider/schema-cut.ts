/** Fields of `GetProviderSchema.Response` whose entries are schemas by name. Source: Terraform's `tfplugin5.proto`. */
const BY_NAME: ReadonlySet<number> = new Set([
  2, // resource_schemas
  3, // data_source_schemas
  7, // functions
  8, // ephemeral_resource_schemas
]);

/** Wire types of Protocol Buffers that a provider's messages use. */
const VARINT = 0;
const LENGTH_DELIMITED = 2;

interface Field {
  readonly number: number;
  /** Bytes of the field in the message, with its tag. */
  readonly whole: Buffer;
  /** Content of the field; empty unless it is length-delimited. */
  readonly content: Buffer;
}

/**
 * A provider's response to GetProviderSchema without the resources and data sources that are not used; the rest is the
 * provider's response, byte for byte.
 */
export function cutSchema(answer: Buffer, isKept: (name: string) => boolean): Buffer {
  const kept = [...fields(answer)].filter(
    ({ number, content }) => !BY_NAME.has(number) || isKept(nameOf(content)),
  );
  return Buffer.concat(kept.map(({ whole }) => whole));
}

/** The key of a map entry, which is its first field. */
function nameOf(entry: Buffer): string {
  for (const { number, content } of fields(entry)) if (number === 1) return content.toString("utf8");
  throw new TypeError("an entry of a map without its key");
}

function* fields(message: Buffer): Iterable<Field> {
  let at = 0;
  while (at < message.length) {
    const tag = varint(message, at);
    const [number, wireType] = [tag.value >>> 3, tag.value & 7];
    const value = varint(message, tag.end);
    if (wireType !== VARINT && wireType !== LENGTH_DELIMITED)
      throw new TypeError(`a field of wire type ${wireType} in a provider's schema`);
    const end = wireType === VARINT ? value.end : value.end + value.value;
    const content = message.subarray(wireType === VARINT ? end : value.end, end);
    yield { number, whole: message.subarray(at, end), content };
    at = end;
  }
}

function varint(message: Buffer, start: number): { readonly value: number; readonly end: number } {
  let value = 0;
  for (let end = start, factor = 1; ; end++, factor *= 128) {
    const byte = message[end];
    if (byte === undefined) throw new TypeError("an unterminated number in a provider's schema");
    value += (byte & 127) * factor;
    if (byte < 128) return { value, end: end + 1 };
  }
}
