import { format, inspect } from "node:util";
import { v7 as uuidv7 } from "uuid";
import { Customer } from "../../src/domain/customer";
import { attachOpener } from "../../src/domain/sealed";
import { ROOT_KEY_PURPOSES } from "../../src/vault/root-keys";
import type { SubjectKeys } from "../../src/vault/subject-keys";
import { fakeKeyRing, fakeVault, sealedColumn, SUITE, subjectsOf } from "./fakes";

const NAME = "Amira Novak";
const PHONE = "+447700900123";

/** Every way in which a program prints a thing, on purpose or by mistake. */
const PRINTERS: readonly (readonly [string, (value: unknown) => string])[] = [
  ["inspect", (value) => inspect(value)],
  [
    "inspect of everything",
    (value) => inspect(value, { showHidden: true, depth: null, maxArrayLength: null }),
  ],
  ["inspect with getters", (value) => inspect(value, { showHidden: true, depth: null, getters: true })],
  [
    "inspect past custom inspection",
    (value) => inspect(value, { showHidden: true, depth: null, customInspect: false, maxArrayLength: null }),
  ],
  ["JSON.stringify", (value) => JSON.stringify(value)],
  ["JSON.stringify of a list", (value) => JSON.stringify([{ value }])],
  ["console's %s", (value) => format("%s", value)],
  ["console's %o", (value) => format("%o", value)],
  ["console's %O", (value) => format("%O", value)],
  ["console's %j", (value) => format("%j", value)],
  ["a template", (value) => String(value)],
];

/** A secret in every form that a printer gives bytes or text. */
function forms(secret: Uint8Array | string): string[] {
  const bytes = Buffer.from(secret);
  const spaced = bytes.toString("hex").replace(/(..)(?!$)/g, "$1 ");
  const listed = [...bytes].join(",");
  return [
    spaced.slice(0, 47),
    listed,
    [...bytes].join(", "),
    bytes.toString("base64"),
    bytes.toString("latin1"),
  ];
}

function expectNoneOf(text: string, secrets: readonly (Uint8Array | string)[]): void {
  for (const form of secrets.flatMap(forms)) expect(text.includes(form)).toBe(false);
}

/** A vault with everything in it that holds keys, and a copy of every secret that key memory was given. */
async function parts() {
  const made = await fakeKeyRing();
  const { ring, memory } = made;
  const secrets: Uint8Array[] = [];
  const hold = memory.hold.bind(memory);
  jest.spyOn(memory, "hold").mockImplementation((secret) => {
    secrets.push(Uint8Array.from(secret));
    return hold(secret);
  });
  const { keks, indexes, vault } = await fakeVault(made);
  const id = uuidv7();
  await ring.create(subjectsOf([id]));
  const keys = ring.get(id);
  if (keys === undefined) throw new Error("the key was made");
  return { vault, ring, keks, indexes, memory, id, keys, secrets };
}

function loadedCustomer(id: string, keys: SubjectKeys): Customer {
  const customer = Object.assign(new Customer(), { id, country: "GB" });
  for (const [property, value] of [
    ["name", NAME],
    ["phone", PHONE],
  ] as const) {
    const column = sealedColumn("Customer", property);
    Object.assign(customer, { [column.ct]: keys.seal(SUITE, column, id, value) });
  }
  attachOpener(customer, keys);
  return customer;
}

describe.each(PRINTERS)("what %s shows", (_printer, print) => {
  it("of the keys of a subject holds no key", async () => {
    const { keys, secrets } = await parts();
    // Two unwrapped KEKs (one for the root keys, one for the ring), the root keys, the data key.
    expect(secrets).toHaveLength(2 + ROOT_KEY_PURPOSES.length + 1);
    expectNoneOf(print(keys), secrets);
  });

  it.each(["ring", "keks", "indexes", "memory"] as const)("of the %s holds no key", async (part) => {
    const { secrets, ...all } = await parts();
    expectNoneOf(print(all[part]), secrets);
    expectNoneOf(print({ services: { part: all[part] } }), secrets);
  });

  it("of a customer that was set holds no value", () => {
    const customer = Object.assign(new Customer(), { id: uuidv7(), name: NAME, phone: PHONE });
    expect(customer.name).toBe(NAME);
    expectNoneOf(print(customer), [NAME, PHONE]);
  });

  it("of a customer that was loaded and read holds no value and no key", async () => {
    const { id, keys, secrets } = await parts();
    const customer = loadedCustomer(id, keys);
    expect({ name: customer.name, phone: customer.phone }).toEqual({ name: NAME, phone: PHONE });
    expectNoneOf(print(customer), [NAME, PHONE, ...secrets]);
    expectNoneOf(print({ rows: [customer] }), [NAME, PHONE, ...secrets]);
  });
});

// Getters are run only for who asks inspect to; the vault has one, since the gateway needs its root keys.
describe.each(PRINTERS.filter(([printer]) => printer !== "inspect with getters"))(
  "what %s shows",
  (_printer, print) => {
    it("of the vault holds no root key", async () => {
      const { vault, secrets } = await parts();
      expectNoneOf(print(vault), secrets);
      expectNoneOf(print({ services: { vault } }), secrets);
    });
  },
);

describe("a customer in a log line", () => {
  it("shows its open columns and neither envelope nor index", async () => {
    const { id, keys } = await parts();
    const customer = loadedCustomer(id, keys);
    expect(JSON.parse(JSON.stringify(customer))).toEqual({ id, country: "GB" });
    expect(inspect(customer)).not.toContain("Ct");
  });

  it("loses its sealed fields in a copy of its properties, and gives none of them away", async () => {
    const { id, keys } = await parts();
    const spread = Object.assign({}, loadedCustomer(id, keys) as object);
    expect("name" in spread).toBe(false);
    expectNoneOf(JSON.stringify(spread), [NAME, PHONE]);
  });
});
