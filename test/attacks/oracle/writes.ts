import type { Records } from "../../../src/policy/roles-file";
import { textAt } from "../../graphql/answers";
import type { Sender } from "./observe";
import type { Person } from "./people";
import { probe, type Probe } from "./probe";
import { mayWrite, type OracleCaller } from "./rights";
import { TWIN, valueOf } from "./secrets";

const CREATE = "mutation ($i: CreateCustomerInput!) { createCustomer(input: $i) { id name phone email } }";
const UPDATE =
  "mutation ($i: UpdateCustomerInput!) { updateCustomer(input: $i) { id name birthDate phone email address } }";
const STORE =
  "mutation ($m: [StoreMessageInput!]!) { storeMessages(messages: $m) { id externalId duplicate bodyStored reason } }";
const CONSENT = "mutation ($i: RecordConsentInput!) { recordConsent(input: $i) { id evidence } }";

const GUESSED_MESSAGE = {
  ...{ externalId: "probe", direction: "INBOUND", senderId: "Fieldward", body: "A guess." },
  sentAt: "2026-01-01T00:00:00Z",
};

/** Stores a message for a number, and asks whose it has become. */
async function storeAndAsk(sender: Sender, customerNumber: string): Promise<void> {
  const stored = await sender.ask(STORE, { m: [{ ...GUESSED_MESSAGE, customerNumber }] });
  const id = textAt(stored, "storeMessages.0.id");
  await sender.ask(
    "query ($id: ID!) { message(id: $id) { customerId customerNumber customer { id name } } }",
    {
      id,
    },
  );
}

/**
 * What whoever may write records is told by right, as docs/threat-model.md says: that its own tenant knows a number, and
 * whose it is; and which columns are written, since those that stay the same are not.
 */
const ADMITTED: Readonly<Record<string, Records>> = {
  createCustomer: "customers",
  "updateCustomer: phone": "customers",
  "updateCustomer: email": "customers",
  storeMessages: "messages",
};

/** Writes of a guess: they must answer the same, whether it is what is stored or not. */
function allWrites([first, second]: readonly Person[]): (Probe & { readonly records: Records })[] {
  const guess = (field: string): string => String(valueOf(`Customer.${field}`, TWIN.value, 0));
  const update = (field: string, id = first?.id): Probe =>
    probe("write", `updateCustomer: ${field}`, UPDATE, { i: { id, [field]: guess(field) } });
  const about = { customerId: first?.id, purpose: "support", state: "GRANTED", legalBasis: "CONSENT" };
  const consent = { ...about, method: "web", jurisdiction: "GB", evidence: "A guess." };
  const customer = { phone: guess("phone"), tenantId: first?.tenantId };
  const customers = [
    probe("write", "createCustomer", CREATE, { i: customer }),
    update("phone", second?.id),
    ...["name", "birthDate", "email", "address"].map((field) => update(field)),
  ];
  const message: Probe = {
    ...{ channel: "write", name: "storeMessages" },
    send: (sender) => storeAndAsk(sender, guess("phone")),
  };
  return [
    ...customers.map((write) => ({ ...write, records: "customers" as const })),
    { ...message, records: "messages" },
    { ...probe("write", "recordConsent", CONSENT, { i: consent }), records: "consents" },
  ];
}

/** The writes that tell a caller nothing but what it is told by right, or those others. */
function writes(caller: OracleCaller, people: readonly Person[], admitted: boolean): Probe[] {
  return allWrites(people).flatMap(({ records, ...write }) => {
    const may = mayWrite(caller, records);
    const byRight = may && ADMITTED[write.name] === records;
    return byRight === admitted ? [{ ...write, ...(may ? { writes: true } : {}) }] : [];
  });
}

/** The writes by which a caller is told what it may know by right. */
export function admittedWrites(caller: OracleCaller, people: readonly Person[]): readonly Probe[] {
  return writes(caller, people, true);
}

/** All other writes: whatever is written, they must tell nothing of what was there. */
export function otherWrites(caller: OracleCaller, people: readonly Person[]): readonly Probe[] {
  return writes(caller, people, false);
}
