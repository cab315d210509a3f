import { v7 as uuidv7 } from "uuid";
import { sqlAuditStore } from "../../src/audit/sql-audit-store";
import { verifyLog } from "../../src/audit/verify";
import { NO_SUBJECT } from "../../src/domain/subject";
import type { Fieldward } from "../../src/main";
import { at, codes, listAt } from "../graphql/answers";
import { auditBytes, pastTheGateway } from "../graphql/past-the-gateway";
import { engines } from "../support/engines";
import { openTestGateway, type TestGateway } from "../support/gateway";
import { codeOf } from "./fakes";
import { peopleOf, type People, type Person } from "./rotation/people";
import { anotherProcess, serveAnother } from "./rotation/processes";
import { contentsOf } from "./rotation/stored";

const FIELDS = ["name", "birthDate", "phone", "email", "address"] as const;
const READ = `query ($id: ID!) { customer(id: $id) {
  id status ${FIELDS.join(" ")}
  consents { id evidence }
  messages { nodes { id customerNumber body } }
} }`;
const CONSENT = "mutation ($input: RecordConsentInput!) { recordConsent(input: $input) { id } }";
const TABLES = { customer: "id", message: "customer_id", consent_record: "customer_id" } as const;

type StoredRow = Readonly<Record<string, unknown>>;

/** What shredding leaves of a row: its sealed columns null, and all others as they were. */
function shreddedRow(table: string, was: StoredRow): StoredRow {
  const sealed = Object.keys(was).filter((column) => /_(?:ct|bi2?)$/.test(column));
  const marked = table === "customer" ? { status: "ERASED" } : {};
  return { ...was, ...Object.fromEntries(sealed.map((column) => [column, null])), ...marked };
}

describe.each(engines)("shredding on $name", (engine) => {
  let gateway: TestGateway;
  let larkfield: People;
  let northgate: People;
  let person: Person;
  beforeAll(async () => {
    gateway = await openTestGateway(engine);
    larkfield = await peopleOf(gateway, "larkfield");
    northgate = await peopleOf(gateway, "northgate");
    await larkfield.fill(30, 0);
    await northgate.fill(4, 2);
  }, 60_000);
  beforeEach(async () => {
    person = larkfield.any();
    await larkfield.message(gateway, person.id);
    await larkfield.message(gateway, person.id);
    await consent(person);
    await consent(larkfield.quiet);
  });
  afterAll(() => gateway.close());

  async function consent({ id }: Person): Promise<void> {
    const given = {
      purpose: "marketing",
      state: "GRANTED",
      legalBasis: "CONSENT",
      method: "web",
      jurisdiction: "GB",
    };
    const input = { ...given, customerId: id, evidence: "Ticked the box." };
    expect(codes(await gateway.query(larkfield.partner, CONSENT, { input }))).toEqual([]);
  }
  const shredder = () => gateway.fieldward.services.shredder;
  const keysOf = (id: string) =>
    pastTheGateway(gateway, "vault", `SELECT id FROM subject_key WHERE subject_id = '${id}'`);
  const contents = async (table: keyof typeof TABLES): Promise<Map<string, StoredRow>> =>
    new Map((await contentsOf(gateway, "data", table)).map((row) => [String(row["id"]), row]));

  it("destroys the keys, nulls every envelope and index, and leaves everyone else byte for byte", async () => {
    const before = new Map<string, Map<string, StoredRow>>();
    for (const table of ["customer", "message", "consent_record"] as const)
      before.set(table, await contents(table));
    expect(await keysOf(person.id)).toHaveLength(1);
    const othersKeys = async () =>
      (await contentsOf(gateway, "vault", "subject_key")).filter((row) => row["subject_id"] !== person.id);
    const keysBefore = await othersKeys();
    const { rows } = await shredder().shred(person.id, larkfield.tenantId, "operator");
    let touched = 0;
    for (const [table, subject] of Object.entries(TABLES) as [keyof typeof TABLES, string][]) {
      for (const [id, row] of await contents(table)) {
        const was = before.get(table)?.get(id) ?? {};
        const concerned = row[subject] === person.id;
        touched += concerned ? 1 : 0;
        expect(row).toEqual(concerned ? shreddedRow(table, was) : was);
      }
    }
    expect(touched).toBe(4);
    expect(rows).toBe(4);
    expect(await keysOf(person.id)).toEqual([]);
    expect(await othersKeys()).toEqual(keysBefore);
  });

  it("answers null and ERASED for every field from then on, in other processes as well", async () => {
    const second = await serveAnother(gateway);
    await shredder().shred(person.id, null, "operator");
    for (const replica of [gateway, second]) {
      const answer = await replica.query(larkfield.partner, READ, { id: person.id });
      expect(at(answer, "customer.status")).toBe("ERASED");
      for (const field of FIELDS) expect(at(answer, `customer.${field}`)).toBeNull();
      const withheld = (answer.errors ?? []).map(({ path }) => path?.at(-1)).sort();
      expect(new Set(codes(answer))).toEqual(new Set(["ERASED"]));
      expect(withheld).toEqual(expect.arrayContaining([...FIELDS].sort()));
      for (const message of listAt(answer, "customer.messages.nodes"))
        expect(message).toMatchObject({ customerNumber: null, body: null });
      for (const event of listAt(answer, "customer.consents"))
        expect(event).toMatchObject({ evidence: null });
    }
    await second.close();
  });

  it("leaves a copy of an old envelope that is put back unreadable", async () => {
    const [row] = await pastTheGateway(
      gateway,
      "data",
      `SELECT name_ct FROM customer WHERE id = '${person.id}'`,
    );
    const envelope = Buffer.from(row?.["name_ct"] as Uint8Array);
    await shredder().shred(person.id, null, "operator");
    const putBack = "UPDATE customer SET name_ct = ?, status = 'ACTIVE' WHERE id = ?";
    await pastTheGateway(gateway, "data", putBack, [envelope, person.id]);
    const second = await serveAnother(gateway).catch(() => undefined);
    const answer = await gateway.query(larkfield.partner, "query ($id: ID!) { customer(id: $id) { name } }", {
      id: person.id,
    });
    await pastTheGateway(
      gateway,
      "data",
      "UPDATE customer SET name_ct = NULL, status = 'ERASED' WHERE id = ?",
      [person.id],
    );
    await second?.close();
    expect(answer.data).toEqual({ customer: { name: null } });
    expect(codes(answer)).toEqual(["ERASED"]);
  });

  it("refuses whatever would be written for an erased customer", async () => {
    await shredder().shred(person.id, null, "operator");
    const update = "mutation ($input: UpdateCustomerInput!) { updateCustomer(input: $input) { id } }";
    const changed = await gateway.query(larkfield.partner, update, {
      input: { id: person.id, name: "Back" },
    });
    expect(codes(changed)).toEqual(["ERASED"]);
    const store =
      "mutation ($messages: [StoreMessageInput!]!) { storeMessages(messages: $messages) { id reason } }";
    const message = {
      customerId: person.id,
      customerNumber: person.phone,
      direction: "INBOUND",
      senderId: "F",
    };
    const sent = { ...message, externalId: uuidv7(), body: "Hello?", sentAt: "2026-06-15T12:00:00Z" };
    const stored = await gateway.query(larkfield.partner, store, { messages: [sent] });
    expect(stored.data).toEqual({ storeMessages: [{ id: null, reason: "ERASED" }] });
    const given = {
      purpose: "marketing",
      state: "GRANTED",
      legalBasis: "CONSENT",
      method: "web",
      jurisdiction: "GB",
    };
    const consented = await gateway.query(larkfield.partner, CONSENT, {
      input: { ...given, customerId: person.id },
    });
    expect(codes(consented)).toEqual(["ERASED"]);
  });

  it("can be done twice", async () => {
    await shredder().shred(person.id, null, "operator");
    expect(await shredder().shred(person.id, null, "operator")).toMatchObject({ subjectId: person.id });
    expect(await shredder().pending()).toEqual([]);
  });

  it("finds no customer of another tenant, no unknown one, and nothing where staff's data are", async () => {
    const [theirs] = northgate.known.keys();
    const tries: [string, string | null][] = [
      [theirs ?? "", larkfield.tenantId],
      [uuidv7(), null],
      [NO_SUBJECT, null],
      ["", null],
    ];
    for (const [id, tenant] of tries)
      expect(await codeOf(shredder().shred(id, tenant, "operator"))).toBe("NOT_FOUND");
    await northgate.expectAll(gateway);
    expect(await keysOf(NO_SUBJECT)).toHaveLength(1);
    expect((await contentsOf(gateway, "audit", "shred_entry")).map((row) => row["subject_id"])).not.toContain(
      theirs,
    );
  });

  it("is on the access log, which is intact", async () => {
    await shredder().shred(person.id, larkfield.tenantId, "operator");
    const entries = (await auditBytes(gateway)).filter((entry) => entry.includes(person.id));
    const shredded = entries.filter((entry) => entry.includes('"SHRED"'));
    expect(shredded).toHaveLength(1);
    expect(shredded[0]).toContain('"operator"');
    const verdicts = await verifyLog(sqlAuditStore(gateway.fieldward.databases.audit));
    expect(verdicts.flatMap(({ faults }) => faults)).toEqual([]);
  });

  describe("with another process that holds the keys", () => {
    let other: Fieldward;
    beforeEach(async () => {
      other = await anotherProcess(gateway);
      await other.opened.keys.keyRing.require([person.id]);
    });
    afterEach(() => other.close());
    const ring = () => other.opened.keys.keyRing;

    it("ends there within the TTL, as it says", async () => {
      const { ttlMs } = gateway.fieldward.opened.keys;
      gateway.clock.forward(1);
      const { effectiveBy } = await shredder().shred(person.id, null, "operator");
      expect(effectiveBy.getTime()).toBe(gateway.clock.nowMs + ttlMs);
      gateway.clock.forward(ttlMs - 2);
      expect(ring().get(person.id)?.gone).toBe(false);
      gateway.clock.nowMs = effectiveBy.getTime();
      expect((await ring().require([person.id])).get(person.id)?.gone).toBe(true);
    });

    it("ends there at its next look, and in what a request has in hand", async () => {
      const inHand = (await ring().require([person.id])).get(person.id);
      await other.opened.shredWatch.look();
      expect(ring().get(person.id)?.gone).toBe(false);
      await shredder().shred(person.id, null, "operator");
      await other.opened.shredWatch.look();
      expect((await ring().require([person.id])).get(person.id)?.gone).toBe(true);
      const bytes = Buffer.alloc(64);
      const column = { table: "customer", column: "name" };
      expect(inHand?.gone).toBe(false);
      expect(() => inHand?.open(column as never, bytes, person.id)).toThrow(
        expect.objectContaining({ code: "ERASED" }) as Error,
      );
    });
  });
});
