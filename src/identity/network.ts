import { addressOf } from "./address";

const NETWORK_GROUPS = 4;

/**
 * What attempts from an address are counted under: the address itself, or of IPv6 the /64 network, any address of which its
 * owner can take. @see RFC 4291 §2.5.4, RFC 6177 §2
 */
export function networkOf(ip: string): string {
  const address = addressOf(ip);
  // Some proxies add the port. What is no address at all counts as one: whoever makes it up must not have many counters.
  const withoutPort = /^(.+\..+):\d+$/.exec(ip)?.[1];
  if (address === undefined) return withoutPort === undefined ? "unknown" : networkOf(withoutPort);
  if (address.kind() === "ipv4") return address.toString();
  const groups = address.toNormalizedString().split(":");
  return `${groups.slice(0, NETWORK_GROUPS).join(":")}::/64`;
}
