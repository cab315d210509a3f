import { FieldwardError } from "../domain/errors";
import { addressOf, type Address } from "./address";

interface Network {
  readonly address: Address;
  readonly prefix: number;
}

const MOST_ENTRIES = 50;
const LONGEST_ENTRY = 64;
/** The bits before an IPv4 address in its IPv6 form. @see RFC 4291 §2.5.5.2 */
const MAPPED_BITS = 96;

const bitsOf = (address: Address): number => address.toByteArray().length * 8;

function isWithin(address: Address, network: Network): boolean {
  // Only addresses of one kind can be compared; the library throws for others.
  return address.kind() === network.address.kind() && address.match(network.address, network.prefix);
}

function hasHostBits({ address, prefix }: Network): boolean {
  return address
    .toByteArray()
    .some((byte, i) => (byte & (0xff >> Math.max(0, Math.min(8, prefix - i * 8)))) !== 0);
}

/** The length of a prefix as it counts for the address in its one form; a text: what is wrong, as the end of a sentence. */
function prefixOf(address: Address, text: string, written: string): number | string {
  if (!/^(?:0|[1-9]\d{0,2})$/.test(text)) return "has no prefix length after the /";
  const isMapped = address.kind() === "ipv4" && written.includes(":");
  const prefix = Number(text) - (isMapped ? MAPPED_BITS : 0);
  if (prefix < 0 || prefix > bitsOf(address))
    return "has a prefix length that its kind of address does not have";
  return prefix === 0 ? "allows every address: leave the list out for that" : prefix;
}

/** Reads `192.0.2.7`, `192.0.2.0/24`, `2001:db8::/32`. Answers what is wrong as the end of a sentence. */
function networkOf(entry: string): Network | string {
  const [written = "", prefixText, ...more] = entry.split("/");
  const isForm = entry.length <= LONGEST_ENTRY && more.length === 0 && !written.includes("%");
  const address = isForm ? addressOf(written) : undefined;
  if (address === undefined)
    return "is neither an address nor a network, such as 192.0.2.0/24 or 2001:db8::/32";
  const prefix = prefixText === undefined ? bitsOf(address) : prefixOf(address, prefixText, written);
  if (typeof prefix === "string") return prefix;
  const network = { address, prefix };
  return hasHostBits(network) ? "has bits set after its prefix: name the network's first address" : network;
}

/** The addresses and networks that a credential may be used from. */
export class AddressList {
  private constructor(private readonly networks: readonly Network[]) {}

  /**
   * Reads a list of IPv4 and IPv6 addresses and networks in CIDR form. One written as `::ffff:192.0.2.0/120` is the IPv4 one.
   *
   * @throws FieldwardError BAD_USER_INPUT that tells which entry is wrong and how, not what it was. @see RFC 4632 §3.1
   */
  static read(entries: readonly string[]): AddressList {
    if (entries.length === 0 || entries.length > MOST_ENTRIES) {
      const many = `1 to ${String(MOST_ENTRIES)} entries; leave it out to allow every address`;
      throw new FieldwardError("BAD_USER_INPUT", `A list of allowed addresses has ${many}.`);
    }
    const networks = entries.map((entry, i) => {
      const network = networkOf(entry);
      if (typeof network !== "string") return network;
      throw new FieldwardError("BAD_USER_INPUT", `Allowed address ${String(i + 1)} ${network}.`);
    });
    return new AddressList(networks);
  }

  /** A list as it was stored. What is no longer a list allows nothing. */
  static stored(entries: readonly string[]): AddressList {
    try {
      return AddressList.read(entries);
    } catch {
      return new AddressList([]);
    }
  }

  /** Whether an address is in one of the networks; one that is not known is in none. */
  allows(ip: string | null): boolean {
    const address = ip === null ? undefined : addressOf(ip);
    return address !== undefined && this.networks.some((network) => isWithin(address, network));
  }
}
