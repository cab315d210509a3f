import { isIPv4, isIPv6 } from "node:net";
import ipaddr from "ipaddr.js";

/** An IP address in the one form in which it is compared. */
export type Address = ipaddr.IPv4 | ipaddr.IPv6;

/**
 * Reads an address; undefined: it is none. An IPv4 address that came within IPv6 is that IPv4 address.
 *
 * Node's own check comes first: the library takes `127.1` and `0x7f000001` for addresses as well. @see RFC 4291 §2.5.5.2
 */
export function addressOf(text: string): Address | undefined {
  if (!isIPv4(text) && !isIPv6(text)) return undefined;
  // A zone (`fe80::1%eth0`) names an interface of one machine, and is no part of what is compared. `::192.0.2.7` is an IPv6
  // address of its own, which the library takes for `::ffff:192.0.2.7`; written as `0::192.0.2.7` it does not.
  return ipaddr.process(text.replace(/%.*$/, "").replace(/^::(?=\d+\.)/, "0::"));
}
