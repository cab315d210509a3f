import { sqlSealedRows } from "../../src/database/sealed-rows";
import { NO_SUBJECT } from "../../src/domain/subject";
import type { SealedRows, SealedTableName } from "../../src/vault/rotation/sealed-rows";
import { pastTheGateway } from "../graphql/past-the-gateway";
import { engines } from "../support/engines";
import { openTestGateway, type TestGateway } from "../support/gateway";
import { addCustomer, addMessages, addTenant } from "../support/records";
import { codeOf } from "../vault/fakes";

/** Of the same form, and no one's. */
const anotherIndex = (index: unknown): string => Array.from(String(index)).reverse().join("");

describe.each(engines)("sealed rows as they lie on $name", (engine) => {
  let gateway: TestGateway;
  let rows: SealedRows;
  let ids: string[];
  beforeAll(async () => {
    gateway = await openTestGateway(engine);
    rows = sqlSealedRows(gateway.fieldward.databases.data.writer);
    const tenantId = await addTenant(gateway, "larkfield");
    const customers = [];
    for (let i = 0; i < 5; i += 1) customers.push(await addCustomer(gateway, tenantId));
    const [first] = customers;
    if (first !== undefined) await addMessages(gateway, first, ["One.", "Two."]);
    ids = customers.map(({ id }) => id).sort();
    await gateway.staff("support", "support");
  }, 60_000);
  afterAll(() => gateway.close());

  const table = (name: string): SealedTableName => {
    const found = rows.tables.find((candidate) => candidate.table === name);
    if (found === undefined) throw new Error(`${name} has no sealed fields`);
    return found;
  };
  const first = async (...properties: string[]) => {
    const [row] = await rows.after(table("customer"), properties, "", 1);
    if (row === undefined) throw new Error("there is no row");
    return row;
  };

  it("are those of every table with sealed fields", async () => {
    expect(rows.tables.map((known) => known.table)).toEqual([
      "alert",
      "consent_record",
      "customer",
      "elevation",
      "message",
      "staff",
    ]);
    const counts = await Promise.all(rows.tables.map((known) => rows.count(known)));
    expect(counts).toEqual([0, 0, 5, 0, 2, 1]);
  });

  it("come in the order of their ids, from behind a place, with the columns that were asked for", async () => {
    const page = await rows.after(table("customer"), ["phoneCt", "phoneBi2"], ids[0] ?? "", 3);
    expect(page.map(({ id }) => id)).toEqual(ids.slice(1, 4));
    expect(page.map(({ subjectId }) => subjectId)).toEqual(ids.slice(1, 4));
    for (const { values } of page) {
      expect(Object.keys(values)).toEqual(["phoneCt", "phoneBi2"]);
      expect(values["phoneCt"]).toBeInstanceOf(Uint8Array);
      expect(values["phoneBi2"]).toBeNull();
    }
    expect(await rows.after(table("customer"), ["phoneCt"], ids.at(-1) ?? "", 3)).toEqual([]);
  });

  it("name the subject that their values are sealed for", async () => {
    const messages = await rows.after(table("message"), ["bodyCt"], "", 10);
    expect(messages.every(({ subjectId }) => ids.includes(subjectId))).toBe(true);
    const staff = await rows.after(table("staff"), ["emailCt", "emailBi"], "", 10);
    expect(staff.map(({ subjectId }) => subjectId)).toEqual([NO_SUBJECT]);
    expect(typeof staff[0]?.values["emailBi"]).toBe("string");
  });

  it("are changed where they are as they were read, and reported", async () => {
    const { id, values } = await first("phoneBi", "phoneBi2");
    const bi = values["phoneBi"] ?? "";
    const wanted = anotherIndex(bi);
    const set = { phoneBi2: wanted };
    expect(
      await rows.change(table("customer"), [{ id, set, where: { phoneBi: bi, phoneBi2: null } }]),
    ).toEqual([]);
    expect((await first("phoneBi2")).values["phoneBi2"]).toBe(wanted);
    expect(
      await rows.change(table("customer"), [{ id, set, where: { phoneBi: bi, phoneBi2: null } }]),
    ).toEqual([id]);
    expect(
      await rows.change(table("customer"), [{ id, set: { phoneBi2: null }, where: { phoneBi2: wanted } }]),
    ).toEqual([]);
    expect((await first("phoneBi2")).values["phoneBi2"]).toBeNull();
  });

  it("stay where a single byte of an envelope is another, or its case", async () => {
    const { id, values } = await first("nameCt", "phoneBi");
    const envelope = Buffer.from(values["nameCt"] as Uint8Array);
    const other = Buffer.from(envelope);
    other.writeUInt8(other.readUInt8(other.length - 1) ^ 1, other.length - 1);
    const bi = String(values["phoneBi"]);
    const swapped = bi === bi.toLowerCase() ? bi.toUpperCase() : bi.toLowerCase();
    for (const where of [{ nameCt: other }, { nameCt: null }, { nameCt: envelope, phoneBi: swapped }])
      expect(await rows.change(table("customer"), [{ id, set: { nameCt: null }, where }])).toEqual([id]);
    expect((await first("nameCt")).values["nameCt"]).toEqual(values["nameCt"]);
  });

  it("are changed all or none", async () => {
    const found = await rows.after(table("customer"), ["phoneBi"], "", 2);
    const [one, two] = found;
    const taken = two?.values["phoneBi"] ?? "";
    const changes = [
      { id: two?.id ?? "", set: { emailBi2: anotherIndex(taken) }, where: {} },
      { id: one?.id ?? "", set: { phoneBi: taken }, where: { phoneBi: one?.values["phoneBi"] ?? "" } },
    ];
    expect(await codeOf(rows.change(table("customer"), changes))).toBe("CONFLICT");
    const [row] = await pastTheGateway(
      gateway,
      "data",
      "SELECT COUNT(*) AS n FROM customer WHERE email_bi2 IS NOT NULL",
    );
    expect(Number(row?.["n"])).toBe(0);
  });

  it("take nothing that is no envelope", async () => {
    const { id, values } = await first("nameCt");
    const change = {
      id,
      set: { nameCt: Buffer.from("Amira Novak") },
      where: { nameCt: values["nameCt"] ?? "" },
    };
    expect(await codeOf(rows.change(table("customer"), [change]))).not.toBe("nothing failed");
    expect((await first("nameCt")).values).toEqual(values);
  });
});
