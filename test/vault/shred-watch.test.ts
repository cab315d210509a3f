import { pastTheGateway } from "../graphql/past-the-gateway";
import { codes } from "../graphql/answers";
import type { DatabaseName } from "../../src/database/target";
import type { Fieldward } from "../../src/main";
import { sqlShredNotes } from "../../src/database/shred-ledger";
import { newId } from "../../src/installation";
import { engines } from "../support/engines";
import { openTestGateway, type TestGateway } from "../support/gateway";
import { signOrder } from "../../src/vault/shredding";
import { codeOf } from "./fakes";
import { peopleOf, type People, type Person } from "./rotation/people";
import { anotherProcess, serveAnother, type ServingReplica } from "./rotation/processes";

const MINUTE_MS = 60_000;
const READ = "{ customers { nodes { name } } }";

type StoredRow = Readonly<Record<string, unknown>>;
type Value = string | number | Uint8Array;

describe.each(engines)("the watch over what was shredded on $name", (engine) => {
  let gateway: TestGateway;
  let second: ServingReplica;
  let people: People;
  let person: Person;
  beforeAll(async () => {
    gateway = await openTestGateway(engine);
    second = await serveAnother(gateway);
    people = await peopleOf(gateway, "larkfield");
    await people.fill(20, 3);
  }, 60_000);
  beforeEach(() => {
    person = people.any();
  });
  afterAll(async () => {
    await second.close();
    await gateway.close();
  });

  const copy = (database: DatabaseName, table: string, where = "1 = 1"): Promise<readonly StoredRow[]> =>
    pastTheGateway(gateway, database, `SELECT * FROM ${table} WHERE ${where}`);

  /** Makes a table hold these rows and no others, as restoring a backup does. */
  async function restore(
    database: DatabaseName,
    table: string,
    rows: readonly StoredRow[],
    where = "1 = 1",
  ): Promise<void> {
    await pastTheGateway(gateway, database, `DELETE FROM ${table} WHERE ${where}`);
    for (const row of rows) {
      const filled = Object.entries(row).filter(([, value]) => value !== null);
      const names = filled.map(([name]) => name).join(", ");
      const values = filled.map(
        ([, value]) => (value instanceof ArrayBuffer ? Buffer.from(value) : value) as Value,
      );
      const places = filled.map(() => "?").join(", ");
      await pastTheGateway(gateway, database, `INSERT INTO ${table} (${names}) VALUES (${places})`, values);
    }
  }

  const ready = async ({ url }: { readonly url: string }): Promise<number> =>
    (await fetch(url.replace("/graphql", "/readyz"))).status;
  const watch = ({ fieldward }: { readonly fieldward: Fieldward }) => fieldward.opened.shredWatch;

  async function expectBarred(replica: ServingReplica | TestGateway): Promise<void> {
    expect(watch(replica).obstacle).toContain("fieldward keys shred --replay");
    expect(await ready(replica)).toBe(503);
    const answer = await replica.query(people.partner, READ);
    expect(answer.status).toBe(503);
    expect(codes(answer)).toEqual(["VAULT_UNAVAILABLE"]);
    const { keyRing } = replica.fieldward.opened.keys;
    expect(await codeOf(keyRing.require([people.quiet.id]))).toBe("VAULT_UNAVAILABLE");
  }

  /** Another process replays; then both serve again, without having been started anew. */
  async function expectMended(): Promise<void> {
    const operator = await anotherProcess(gateway);
    const shredded = await operator.services.shredder.replay(() => undefined);
    await operator.close();
    expect(shredded.map(({ subjectId }) => subjectId)).toContain(person.id);
    for (const replica of [gateway, second]) {
      await watch(replica).look();
      expect(watch(replica).obstacle).toBeUndefined();
      expect(await ready(replica)).toBe(200);
      await people.expectAll(replica);
    }
    const keys = await copy("vault", "subject_key", `subject_id = '${person.id}'`);
    const [row] = await copy("data", "customer", `id = '${person.id}'`);
    expect(keys).toEqual([]);
    expect(row).toMatchObject({ status: "ERASED", name_ct: null, phone_bi: null });
  }

  it("bars a gateway whose vault was restored, until all is shredded again", async () => {
    const [keys, ledger] = [await copy("vault", "subject_key"), await copy("vault", "shred_ledger")];
    await people.shred(gateway, person);
    gateway.clock.forward(MINUTE_MS + 1);
    await watch(gateway).look();
    expect(watch(gateway).obstacle).toBeUndefined();
    await restore("vault", "subject_key", keys);
    await restore("vault", "shred_ledger", ledger);
    await watch(gateway).look();
    await watch(second).compare();
    await expectBarred(gateway);
    await expectBarred(second);
    const started = await serveAnother(gateway);
    await expectBarred(started);
    await started.close();
    await expectMended();
  });

  it("bars one whose data were restored", async () => {
    const customer = `id = '${person.id}'`;
    const rows = await copy("data", "customer", customer);
    await people.shred(gateway, person);
    gateway.clock.forward(MINUTE_MS + 1);
    const [row] = rows;
    const names = Object.entries(row ?? {}).filter(([name, value]) => name !== "id" && value !== null);
    await pastTheGateway(
      gateway,
      "data",
      `UPDATE customer SET ${names.map(([name]) => `${name} = ?`).join(", ")} WHERE ${customer}`,
      names.map(([, value]) => (value instanceof ArrayBuffer ? Buffer.from(value) : value) as Value),
    );
    await watch(gateway).compare();
    await watch(second).compare();
    await expectBarred(gateway);
    await expectMended();
  });

  it("bars one whose vault and data were restored together", async () => {
    const [keys, ledger] = [await copy("vault", "subject_key"), await copy("vault", "shred_ledger")];
    const [row] = await copy("data", "customer", `id = '${person.id}'`);
    await people.shred(gateway, person);
    gateway.clock.forward(MINUTE_MS + 1);
    await restore("vault", "subject_key", keys);
    await restore("vault", "shred_ledger", ledger);
    const names = Object.entries(row ?? {}).filter(([name, value]) => name !== "id" && value !== null);
    await pastTheGateway(
      gateway,
      "data",
      `UPDATE customer SET ${names.map(([name]) => `${name} = ?`).join(", ")} WHERE id = '${person.id}'`,
      names.map(([, value]) => (value instanceof ArrayBuffer ? Buffer.from(value) : value) as Value),
    );
    await watch(gateway).look();
    await watch(second).look();
    await expectBarred(gateway);
    await expectBarred(second);
    await expectMended();
  });

  it("neither stops for an order that somebody forged nor carries it out", async () => {
    const forged = { id: newId(), subjectId: person.id, tenantId: people.tenantId, orderedBy: "operator" };
    const { audit } = gateway.fieldward.databases;
    const order = signOrder(Buffer.alloc(32, 7), { ...forged, atMs: gateway.clock.nowMs });
    await sqlShredNotes(audit).add(order);
    await pastTheGateway(
      gateway,
      "vault",
      "INSERT INTO shred_ledger (id, subject_id, tenant_id, ordered_by, at, mac) VALUES (?, ?, ?, ?, ?, ?)",
      [newId(), person.id, people.tenantId, "operator", gateway.clock.nowMs, order.mac],
    );
    gateway.clock.forward(2 * MINUTE_MS);
    await watch(gateway).look();
    await watch(gateway).compare();
    expect(watch(gateway).obstacle).toBeUndefined();
    expect(await gateway.fieldward.services.shredder.replay(() => undefined)).toEqual([]);
    await people.expectAll(gateway);
    await pastTheGateway(gateway, "vault", "DELETE FROM shred_ledger WHERE mac = ?", [order.mac]);
    await pastTheGateway(gateway, "audit", "DELETE FROM shred_entry WHERE mac = ?", [order.mac]);
  });

  it("lets a shredding that another process is at go on for a minute", async () => {
    const order = { id: newId(), subjectId: person.id, tenantId: people.tenantId, orderedBy: "operator" };
    const notes = sqlShredNotes(gateway.fieldward.databases.audit);
    await notes.add(
      signOrder(gateway.fieldward.vault.rootKeys.shred, { ...order, atMs: gateway.clock.nowMs }),
    );
    const at = async (forwardMs: number): Promise<string | undefined> => {
      gateway.clock.forward(forwardMs);
      await watch(gateway).look();
      await watch(second).compare();
      expect(watch(second).obstacle).toBe(watch(gateway).obstacle);
      return watch(gateway).obstacle;
    };
    expect(await at(0)).toBeUndefined();
    expect(await at(MINUTE_MS - 1)).toBeUndefined();
    expect(await at(2)).toBeDefined();
    people.known.delete(person.id);
    people.shredded.add(person.id);
    await expectMended();
  });

  it("has nothing against one whose audit copy was restored", async () => {
    const notes = await copy("audit", "shred_entry");
    await people.shred(gateway, person);
    gateway.clock.forward(MINUTE_MS + 1);
    await restore("audit", "shred_entry", notes);
    await watch(gateway).look();
    await watch(gateway).compare();
    expect(watch(gateway).obstacle).toBeUndefined();
    await people.expectAll(gateway);
  });

  it("notices a restored vault though the audit copy was restored before", async () => {
    const [keys, ledger] = [await copy("vault", "subject_key"), await copy("vault", "shred_ledger")];
    const notes = await copy("audit", "shred_entry");
    await people.shred(gateway, person);
    gateway.clock.forward(MINUTE_MS + 1);
    await restore("audit", "shred_entry", notes);
    const operator = await anotherProcess(gateway);
    await operator.services.shredder.replay(() => undefined);
    await operator.close();
    const healed = await copy("audit", "shred_entry", `subject_id = '${person.id}'`);
    await restore("vault", "subject_key", keys);
    await restore("vault", "shred_ledger", ledger);
    await watch(gateway).compare();
    const { obstacle } = watch(gateway);
    await restore(
      "vault",
      "subject_key",
      keys.filter((key) => key["subject_id"] !== person.id),
    );
    await watch(gateway).compare();
    expect(healed).toHaveLength(1);
    expect(obstacle).toBeDefined();
  });
});
