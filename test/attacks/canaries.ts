import { randomInt } from "node:crypto";
import { addCustomer, addMessages, addTenant } from "../support/records";
import type { TestGateway } from "../support/gateway";

/** Values that stand for personal data: found anywhere that they should not be, they tell of a leak. */
export const CANARY = {
  name: "Canaryname Quillfeather",
  birthDate: "1961-02-28",
  phone: "+447700900961",
  email: "canarymail@leak.example.org",
  address: "61 Canarystreet, Nowhere",
  body: "Canarybody meets at seven.",
  evidence: "Canaryevidence was ticked.",
} as const;

/** What must not be found of each: the value in the forms in which it could turn up. */
const FORMS: readonly string[] = [
  ...Object.values(CANARY),
  "Canaryname",
  "Quillfeather",
  "7700900961",
  "canarymail",
  "leak.example",
  "Canarystreet",
  "Canarybody",
  "Canaryevidence",
];

/** The canaries that a text holds. */
export function canariesIn(text: string): string[] {
  return FORMS.filter((form) => text.toLowerCase().includes(form.toLowerCase()));
}

/** A customer all of whose values are canaries, with a message and a consent. */
export interface CanaryCustomer {
  readonly tenantId: string;
  readonly id: string;
  readonly message: string;
}

/** Adds the customer whose values are canaries, in a tenant of its own. */
export async function addCanary(gateway: TestGateway, slug: string): Promise<CanaryCustomer> {
  const { body, evidence, ...values } = CANARY;
  const tenantId = await addTenant(gateway, slug);
  const customer = await addCustomer(gateway, tenantId, { ...values, externalRef: "ref-1", consentBits: 0 });
  const [message = ""] = await addMessages(gateway, customer, [body, body]);
  const event = { customerId: customer.id, purpose: "support", state: "GRANTED", legalBasis: "CONSENT" };
  const { consents } = gateway.fieldward.services;
  await consents.record({ ...event, method: "web", jurisdiction: "GB", evidence }, customer.id, null, () =>
    Promise.resolve(),
  );
  return { tenantId, id: customer.id, message };
}

/** A value for every personal field and every credential. */
export interface Canaries {
  readonly name: string;
  readonly birthDate: string;
  readonly phone: string;
  readonly email: string;
  readonly address: string;
  readonly body: string;
  readonly evidence: string;
  readonly staffName: string;
  readonly staffEmail: string;
  readonly password: string;
}

const LETTERS = "abcdefghijklmnopqrstuvwxyz";

/** Twelve letters that turn up nowhere by chance. */
function marker(): string {
  return Array.from({ length: 12 }, () => LETTERS[randomInt(LETTERS.length)] ?? "").join("");
}

let phones = randomInt(500);

/** Canaries that no other test and no other run has, with what JSON escapes, capitals and an umlaut in them. */
export function freshCanaries(): Canaries {
  phones += 1;
  return {
    name: `\u00d6sla "${marker()}" ${marker()}`,
    birthDate: `1${String(randomInt(800, 900))}-0${String(randomInt(1, 10))}-${String(randomInt(10, 29))}`,
    // A number reserved for fiction (Ofcom).
    phone: `+447700900${String(phones).padStart(3, "0")}`,
    email: `${marker()}@${marker()}.example`,
    address: `61 ${marker()} Street, ${marker().toUpperCase()}`,
    body: `${marker()} meets\n${marker()} at seven.`,
    evidence: `The box "${marker()}" was ticked.`,
    staffName: `${marker()} ${marker()}`,
    staffEmail: `${marker()}@staff.example.com`,
    password: `${marker()} ${marker()}`,
  };
}

/** What is left of base64 of a text wherever it begins within a group of three bytes. */
function inBase64(text: string): string[] {
  return [0, 1, 2].map((shift) => {
    const encoded = Buffer.concat([Buffer.alloc(shift), Buffer.from(text)]).toString("base64");
    return encoded.replace(/=+$/, "").slice(shift === 0 ? 0 : 4, -2);
  });
}

/** A value as it is written, its parts that tell as much, and each as JSON and as a URL write it. */
function textsOf(value: string): string[] {
  const parts = value.match(/[\p{L}\p{N}]{10,}/gu) ?? [];
  // A phone number also without its country code.
  const national = value.startsWith("+44") ? [value.slice(3)] : [];
  return [value, ...parts, ...national].flatMap((text) => [
    text,
    text.toUpperCase(),
    JSON.stringify(text).slice(1, -1),
    encodeURIComponent(text),
  ]);
}

/** Every form in which a value could turn up, as bytes in latin1 and in small letters. */
function formsOf(value: string): ReadonlyMap<string, string> {
  const forms = new Map<string, string>();
  for (const text of new Set(textsOf(value))) {
    const bytes = Buffer.from(text);
    forms.set(bytes.toString("latin1"), "UTF-8");
    forms.set(Buffer.from(text, "utf16le").toString("latin1"), "UTF-16");
    forms.set(bytes.toString("hex"), "hexadecimal");
    for (const encoded of inBase64(text)) {
      forms.set(encoded, "base64");
      forms.set(encoded.replaceAll("+", "-").replaceAll("/", "_"), "base64url");
    }
  }
  return new Map([...forms].map(([form, kind]) => [form.toLowerCase(), kind]));
}

/** Finds values in whatever was written, in every form, whatever the case. */
export class CanarySearch {
  readonly #forms = new Map<string, ReadonlyMap<string, string>>();

  constructor(values: Readonly<Record<string, string>>) {
    for (const [field, value] of Object.entries(values)) this.#forms.set(field, formsOf(value));
  }

  /** The fields whose values are there and in which form: never a value itself. */
  in(...places: readonly (string | Uint8Array)[]): string[] {
    const found = new Set<string>();
    for (const place of places) {
      const text = Buffer.from(place).toString("latin1").toLowerCase();
      for (const [field, forms] of this.#forms)
        for (const [form, kind] of forms) if (text.includes(form)) found.add(`${field} as ${kind}`);
    }
    return [...found];
  }
}
