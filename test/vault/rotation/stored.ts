import { pastTheGateway } from "../../graphql/past-the-gateway";
import type { TestGateway } from "../../support/gateway";

/** The envelopes of each table. */
const ENVELOPES = {
  customer: ["name_ct", "birth_date_ct", "phone_ct", "email_ct", "address_ct"],
  message: ["customer_number_ct", "body_ct", "body_twin_ct"],
  consent_record: ["evidence_ct"],
  staff: ["email_ct", "name_ct"],
} as const;

/** Where the id of the key lies in an envelope: behind version and suite. @see src/crypto/envelope-frame.ts */
const KEY_ID = { from: 2, to: 18 } as const;

/** The ids of all data keys in the vault. */
export async function keyIdsIn(gateway: TestGateway): Promise<string[]> {
  const rows = await pastTheGateway(gateway, "vault", "SELECT id FROM subject_key ORDER BY id");
  return rows.map(({ id }) => String(id));
}

/** The id of the key that an envelope names. */
export function keyIdOf(envelope: Uint8Array): string {
  const hex = Buffer.from(envelope).toString("hex", KEY_ID.from, KEY_ID.to);
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

/** The ids of the keys that any envelope of the data database names, each once. */
export async function keyIdsOfEnvelopes(gateway: TestGateway): Promise<string[]> {
  const ids = new Set<string>();
  for (const [table, columns] of Object.entries(ENVELOPES)) {
    const rows = await pastTheGateway(gateway, "data", `SELECT ${columns.join(", ")} FROM ${table}`);
    for (const envelope of rows.flatMap((row) => Object.values(row)))
      if (envelope !== null) ids.add(keyIdOf(envelope as Uint8Array));
  }
  return [...ids];
}

/** A table as it lies in the database, bytes in hex, in the order of its ids. */
export async function contentsOf(
  gateway: TestGateway,
  database: "data" | "vault" | "audit",
  table: string,
): Promise<Readonly<Record<string, unknown>>[]> {
  const rows = await pastTheGateway(gateway, database, `SELECT * FROM ${table} ORDER BY id`);
  return rows.map((row) =>
    Object.fromEntries(
      Object.entries(row).map(([column, value]) => [
        column,
        value instanceof Uint8Array || value instanceof ArrayBuffer
          ? Buffer.from(value as Uint8Array).toString("hex")
          : value,
      ]),
    ),
  );
}
