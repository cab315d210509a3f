import fc from "fast-check";
import { FieldwardError } from "../../src/domain/errors";
import { AddressList } from "../../src/identity/address-list";

/** The naive model: addresses as bits, a network as a prefix of them. */
function allowedByModel(network: string, prefix: number, address: string): boolean {
  return network.slice(0, prefix) === address.slice(0, prefix);
}

const bits = (length: number) =>
  fc.array(fc.constantFrom("0", "1"), { minLength: length, maxLength: length }).map((all) => all.join(""));

const numbersOf = (text: string, width: number): number[] =>
  (text.match(new RegExp(`.{${String(width)}}`, "g")) ?? []).map((part) => parseInt(part, 2));

const ipv4 = (text: string): string => numbersOf(text, 8).join(".");
const hex = (text: string): string[] => numbersOf(text, 16).map((group) => group.toString(16));
const ipv6 = (text: string): string => hex(text).join(":");
/** The same address as it may come: zeros cut, in capitals, or with a dotted end. */
const ipv6Forms = (text: string): string[] => {
  const groups = hex(text);
  const cut = groups.join(":").replace(/(?:^|:)0(?::0)+(?:$|:)/, "::");
  const dotted = `${groups.slice(0, 6).join(":")}:${ipv4(text.slice(96))}`;
  return [groups.join(":"), cut, groups.join(":").toUpperCase(), dotted];
};

const isMapped = (text: string): boolean => text.startsWith("0".repeat(80) + "1".repeat(16));
/** The first address of the network that an address lies in. */
const first = (text: string, prefix: number): string => text.slice(0, prefix).padEnd(text.length, "0");
/** An address that shares so many bits with another: near the border of the network as often as far from it. */
const near = (text: string, shared: number, rest: string): string =>
  text.slice(0, shared) + rest.slice(shared);

function refusalOf(entries: readonly string[]): FieldwardError {
  try {
    AddressList.read(entries);
  } catch (error) {
    if (error instanceof FieldwardError) return error;
  }
  throw new Error("the list was not refused");
}

describe("a list of allowed addresses", () => {
  it("allows of IPv4 what shares the prefix, whether it comes as IPv4 or within IPv6", () => {
    fc.assert(
      fc.property(
        bits(32),
        bits(32),
        fc.nat(32),
        fc.integer({ min: 1, max: 32 }),
        (base, rest, shared, prefix) => {
          const network = first(base, prefix);
          const address = near(network, shared, rest);
          const list = AddressList.read([`${ipv4(network)}/${String(prefix)}`]);
          const mappedList = AddressList.read([`::ffff:${ipv4(network)}/${String(prefix + 96)}`]);
          const expected = allowedByModel(network, prefix, address);
          for (const form of [
            ipv4(address),
            `::ffff:${ipv4(address)}`,
            `0:0:0:0:0:FFFF:${hex(address).join(":")}`,
          ]) {
            expect([form, list.allows(form), mappedList.allows(form)]).toEqual([form, expected, expected]);
          }
        },
      ),
      { numRuns: 500 },
    );
  });

  it("allows of IPv6 what shares the prefix, however it is written", () => {
    fc.assert(
      fc.property(
        bits(128),
        bits(128),
        fc.nat(128),
        fc.integer({ min: 1, max: 128 }),
        (base, rest, shared, prefix) => {
          const network = first(base, prefix);
          const address = near(network, shared, rest);
          // What is IPv4 in the form of IPv6 is compared as IPv4, which an IPv6 network does not hold.
          fc.pre(!isMapped(network) && !isMapped(address));
          const list = AddressList.read([`${ipv6(network)}/${String(prefix)}`]);
          for (const form of ipv6Forms(address))
            expect([form, list.allows(form)]).toEqual([form, allowedByModel(network, prefix, address)]);
        },
      ),
      { numRuns: 500 },
    );
  });

  it("allows what any of its entries allows, and an address by itself", () => {
    const list = AddressList.read(["192.0.2.7", "198.51.100.0/24", "2001:db8::1", "2001:db8:1::/48"]);
    const allowed = ["192.0.2.7", "198.51.100.255", "2001:DB8:0::1", "2001:db8:1:ffff::9", "::ffff:c000:207"];
    const refused = [
      "192.0.2.8",
      "198.51.101.0",
      "2001:db8::2",
      "2001:db8:2::",
      "::192.0.2.7",
      "::",
      "0.0.0.0",
    ];
    expect(allowed.filter((ip) => !list.allows(ip))).toEqual([]);
    expect(refused.filter((ip) => list.allows(ip))).toEqual([]);
  });

  it("allows nothing that is no address, and no one whose address is not known", () => {
    const list = AddressList.read(["128.0.0.0/1", "1.0.0.0/8"]);
    expect(
      [null, "", "198.51.100", "1e9", "1.1.1.1.1", "0x01010101", "1.1.1.01", "localhost"].map((ip) =>
        list.allows(ip),
      ),
    ).toEqual(Array(8).fill(false));
    expect(AddressList.read(["fe80::/10"]).allows("fe80::1%eth0")).toBe(true);
  });

  it.each([
    ["", "neither an address nor a network"],
    ["localhost", "neither an address nor a network"],
    ["192.0.2.256", "neither an address nor a network"],
    ["192.0.2.0/24/1", "neither an address nor a network"],
    ["fe80::1%eth0", "neither an address nor a network"],
    [`${"0:".repeat(60)}1`, "neither an address nor a network"],
    ["192.0.2.0/", "no prefix length"],
    ["192.0.2.0/024", "no prefix length"],
    ["192.0.2.0/-1", "no prefix length"],
    ["192.0.2.0/33", "does not have"],
    ["2001:db8::/129", "does not have"],
    ["::ffff:192.0.2.0/90", "does not have"],
    ["0.0.0.0/0", "every address"],
    ["::/0", "every address"],
    ["::ffff:0.0.0.0/96", "every address"],
    ["192.0.2.7/24", "bits set after its prefix"],
    ["2001:db8::1/64", "bits set after its prefix"],
  ])("refuses %j: it %s", (entry, said) => {
    const refusal = refusalOf(["192.0.2.0/24", entry]);
    expect(refusal.code).toBe("BAD_USER_INPUT");
    expect(refusal.hint).toContain("Allowed address 2");
    expect(refusal.hint).toContain(said);
    expect(entry.length > 3 && refusal.message.includes(entry)).toBe(false);
  });

  it("has at least one entry, and 50 at most", () => {
    expect(() => AddressList.read([])).toThrow("1 to 50");
    expect(() => AddressList.read(Array<string>(51).fill("192.0.2.1"))).toThrow("1 to 50");
    expect(AddressList.read(Array<string>(50).fill("192.0.2.1")).allows("192.0.2.1")).toBe(true);
  });

  it("allows nothing where what was stored is no list any more", () => {
    expect(AddressList.stored(["0.0.0.0/0"]).allows("192.0.2.1")).toBe(false);
    expect(AddressList.stored([]).allows("192.0.2.1")).toBe(false);
    expect(AddressList.stored(["192.0.2.1", "what"]).allows("192.0.2.1")).toBe(false);
  });
});
