import { BlockList, isIP } from "node:net";

const LONGEST_PREFIX = { ipv4: 32, ipv6: 128 } as const;
type Family = keyof typeof LONGEST_PREFIX;

/**
 * Tests whether an IPv4 or IPv6 address is in a block in CIDR notation; for a text that is not a block, no address is.
 * An address of the other family is in no block. Source: IAM user guide, "IP address condition operators".
 */
export function blockTest(text: string): (address: string) => boolean {
  const [base = "", bits, ...more] = text.split("/");
  const family = familyOf(base);
  if (family === undefined || more.length > 0) return () => false;
  const prefix = bits === undefined ? LONGEST_PREFIX[family] : Number(bits);
  if (!/^\d{1,3}$/.test(bits ?? "0") || prefix > LONGEST_PREFIX[family]) return () => false;
  const block = new BlockList();
  block.addSubnet(base, prefix, family);
  return (address) => familyOf(address) === family && block.check(address, family);
}

/** Undefined for a text that is not an address; policies do not accept an address with a zone (`fe80::1%eth0`). */
function familyOf(text: string): Family | undefined {
  if (text.includes("%")) return undefined;
  const version = isIP(text);
  return version === 0 ? undefined : `ipv${version as 4 | 6}`;
}
