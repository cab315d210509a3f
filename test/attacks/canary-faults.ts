import type { Connection } from "mysql2/promise";
import type { DatabaseName } from "../../src/database/target";
import { Customer } from "../../src/domain/customer";
import { Message } from "../../src/domain/message";
import { Staff } from "../../src/domain/staff";
import { pastTheGateway } from "../graphql/past-the-gateway";
import { connectToServer } from "../support/engines";
import { customerOf, unrecorded, type Callers } from "./canary-traffic";
import type { Canaries } from "./canaries";
import type { ObservedGateway } from "./observed-gateway";

/** Code that goes past the seal, with plaintext in what it sends: the database's own CHECK refuses it. */
export async function writePastTheSeal(to: ObservedGateway, id: string, planted: Canaries): Promise<void> {
  const { data } = to.gateway.fieldward.databases;
  const plaintext = Buffer.from(planted.name);
  await to.refused(() =>
    data.write((manager) => manager.query("UPDATE customer SET name_ct = ? WHERE id = ?", [plaintext, id])),
  );
  await to.refused(() =>
    data.write((manager) => manager.query(`SELECT nothing FROM customer WHERE name = '${planted.address}'`)),
  );
  await to.refused(() =>
    data.write((manager) =>
      manager
        .createQueryBuilder()
        .update(Message)
        .set({ senderId: planted.body, customerId: planted.email })
        .execute(),
    ),
  );
  await to.refused(() => data.write((manager) => manager.update(Customer, { id }, { name: planted.name })));
  await to.refused(() => data.write((manager) => manager.insert(Customer, customerOf(planted))));
  await to.refused(() =>
    data.write((manager) => manager.upsert(Staff, { email: planted.staffEmail }, ["id"])),
  );
}

/** Takes a table away while everything that may need it is asked for. */
export async function withoutTable(
  { gateway }: ObservedGateway,
  [database, table]: readonly [DatabaseName, string],
  work: () => Promise<void>,
): Promise<void> {
  await pastTheGateway(gateway, database, `ALTER TABLE ${table} RENAME TO ${table}_away`);
  await work();
  await pastTheGateway(gateway, database, `ALTER TABLE ${table}_away RENAME TO ${table}`);
}

/** Ends the connections to a database that are so: all, or those that wait for a lock; there is one before it returns. */
async function cut(admin: Connection, database: string, state: string): Promise<void> {
  const find =
    "SELECT id FROM information_schema.processlist WHERE db = ? AND state LIKE ? AND id <> CONNECTION_ID()";
  for (let ids: { id: number }[] = []; ids.length === 0;) {
    [ids] = (await admin.query(find, [database, state])) as [{ id: number }[], unknown];
    for (const { id } of ids) await admin.query(`KILL ${String(id)}`);
  }
}

/** Cuts connections under a customer that is being written: between two statements, and within one. */
export async function loseConnection(to: ObservedGateway, { tenantId }: Callers, c: Canaries): Promise<void> {
  const { engine, installation, fieldward } = to.gateway;
  if (engine.server === null) return;
  const { customers } = fieldward.services;
  const { data } = installation.databases;
  const admin = await connectToServer(engine.server, data);
  await to.refused(() => customers.create(customerOf(c), tenantId, () => cut(admin, data, "%")));
  await admin.query("LOCK TABLES customer WRITE");
  const waiting = to.refused(() => customers.create(customerOf(c), tenantId, unrecorded));
  await cut(admin, data, "Waiting for %lock%");
  await waiting;
  await admin.end();
}

/** Puts the envelope of one field where another's belongs. */
export async function tamper({ gateway }: ObservedGateway, id: string): Promise<void> {
  await pastTheGateway(gateway, "data", "UPDATE customer SET name_ct = address_ct WHERE id = ?", [id]);
}
