/** Which requests come from this machine and are addressed to it. */
import { BlockList, isIP } from "node:net";
import type { WireRequest } from "./wire/message";

const LOOPBACK = new BlockList();
LOOPBACK.addSubnet("127.0.0.0", 8, "ipv4");
LOOPBACK.addAddress("::1", "ipv6");
LOOPBACK.addSubnet("::ffff:127.0.0.0", 104, "ipv6");

/**
 * Whether a request comes from this machine and names it as its host. If a page of another site makes a browser on this
 * machine send the request, through a name that resolves to this machine (DNS rebinding), the request names that site.
 */
export function isFromHere({ peer, headers }: Pick<WireRequest, "peer" | "headers">): boolean {
  return (peer === undefined || isLoopback(peer)) && isLoopbackHost(headers["host"] ?? "");
}

/** @param host with or without a port; an IPv6 address in brackets */
function isLoopbackHost(host: string): boolean {
  const [, bracketed, plain] = /^(?:\[([^\]]*)\]|([^:]*))(?::\d+)?$/.exec(host.toLowerCase()) ?? [];
  const name = bracketed ?? plain ?? "";
  return name === "localhost" || name.endsWith(".localhost") || isLoopback(name);
}

function isLoopback(address: string): boolean {
  const version = isIP(address);
  return version !== 0 && LOOPBACK.check(address, version === 4 ? "ipv4" : "ipv6");
}
