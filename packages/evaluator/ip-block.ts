/** Blocks of IPv4 and IPv6 addresses in CIDR notation. Source: IAM user guide, "IP address condition operators". */

interface Block {
  /** 4 bytes, or 16. */
  readonly base: readonly number[];
  /** Length of the prefix, in bits. */
  readonly bits: number;
}

/** Tells whether an address lies in a block; for a text that is no block, nothing does. */
export function blockTest(text: string): (address: string) => boolean {
  const block = parseBlock(text);
  if (block === undefined) return () => false;
  return (address) => {
    const bytes = parseAddress(address);
    return bytes !== undefined && contains(block, bytes);
  };
}

function parseBlock(text: string): Block | undefined {
  const [address = "", bits, ...more] = text.split("/");
  const base = parseAddress(address);
  if (base === undefined || more.length > 0) return undefined;
  if (bits === undefined) return { base, bits: base.length * 8 };
  if (!/^\d{1,3}$/.test(bits) || Number(bits) > base.length * 8) return undefined;
  return { base, bits: Number(bits) };
}

/** An address of the other family is in no block. */
function contains({ base, bits }: Block, bytes: readonly number[]): boolean {
  if (bytes.length !== base.length) return false;
  return base.every((expected, index) => {
    const unused = 8 - Math.min(8, Math.max(0, bits - index * 8));
    return expected >> unused === (bytes[index] ?? 0) >> unused;
  });
}

function parseAddress(text: string): readonly number[] | undefined {
  return text.includes(":") ? parseIpv6(text) : parseIpv4(text);
}

function parseIpv4(text: string): readonly number[] | undefined {
  const octets = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(text)?.slice(1).map(Number);
  return octets === undefined || octets.some((octet) => octet > 255) ? undefined : octets;
}

const IPV6_BYTES = 16;

/** `::` stands for as many zeros as are missing; the last four bytes may be written as an IPv4 address. */
function parseIpv6(text: string): readonly number[] | undefined {
  const sides = text.split("::").map(groupsToBytes);
  const [left, right] = sides;
  if (left === undefined || sides.length > 2 || sides.includes(undefined)) return undefined;
  if (right === undefined) return left.length === IPV6_BYTES ? left : undefined;
  const zeros = IPV6_BYTES - left.length - right.length;
  return zeros < 2 ? undefined : [...left, ...new Array<number>(zeros).fill(0), ...right];
}

function groupsToBytes(text: string): readonly number[] | undefined {
  const bytes: number[] = [];
  const groups = text === "" ? [] : text.split(":");
  for (const [index, group] of groups.entries()) {
    const ipv4 = index === groups.length - 1 ? parseIpv4(group) : undefined;
    if (ipv4 !== undefined) bytes.push(...ipv4);
    else if (/^[0-9a-f]{1,4}$/i.test(group)) bytes.push(parseInt(group, 16) >> 8, parseInt(group, 16) & 0xff);
    else return undefined;
  }
  return bytes;
}
