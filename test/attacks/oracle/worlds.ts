import { columnName } from "../../../src/domain/classified";
import type { TestGateway } from "../../support/gateway";
import { becomeTwin, type Person } from "./people";
import { OWNERS, SECRETS, TWIN, type Owner, type Secret, type Twin } from "./secrets";

/** Which twin each secret of each customer is. */
export type World = (person: Person, secret: Secret) => Twin;

/** Every secret is its value. */
export const FIRST_WORLD: World = () => TWIN.value;

type StoredRow = Readonly<Record<string, unknown>>;

/** The rows of one twin: by owner, then by id. */
type Stored = Readonly<Record<Owner, ReadonlyMap<string, StoredRow>>>;

/** `ConsentRecord` → `consent_record` */
const tableOf = (owner: Owner): string => columnName(owner).slice(1);

/** libsql gives blobs as ArrayBuffers and takes Buffers. */
function bindable(value: unknown): unknown {
  return value instanceof ArrayBuffer ? Buffer.from(value) : value;
}

const isSame = (one: unknown, other: unknown): boolean =>
  one instanceof Uint8Array && other instanceof Uint8Array ? Buffer.compare(one, other) === 0 : one === other;

function idsOf(owner: Owner, person: Person): readonly string[] {
  if (owner === "Customer") return [person.id];
  return owner === "Message" ? person.messages : [person.consentRecord];
}

/**
 * Turns the stored data from one world into another, past the gateway. What was sealed once is put in place as it lies in the
 * database, so that ids and keys stay what they are and nothing but the values of some secrets is another.
 */
export class Worlds {
  readonly #now = new Map<string, StoredRow>();

  private constructor(
    private readonly gateway: TestGateway,
    readonly people: readonly Person[],
    private readonly twins: readonly Stored[],
  ) {}

  static async of(gateway: TestGateway, people: readonly Person[]): Promise<Worlds> {
    const twins: Stored[] = [];
    for (const twin of Object.values(TWIN)) {
      for (const person of people) await becomeTwin(gateway, person, twin);
      twins.push(await storedRows(gateway));
    }
    const worlds = new Worlds(gateway, people, twins);
    await worlds.turnTo(FIRST_WORLD);
    return worlds;
  }

  async turnTo(world: World): Promise<void> {
    const changes = this.people.flatMap((person) =>
      OWNERS.flatMap((owner) =>
        idsOf(owner, person).map((id) => ({ owner, id, row: this.#rowOf(owner, id, person, world) })),
      ),
    );
    await this.gateway.fieldward.databases.data.write(async (manager) => {
      for (const { owner, id, row } of changes) {
        const now = this.#now.get(id);
        const columns = Object.keys(row).filter((column) => !isSame(row[column], now?.[column]));
        this.#now.set(id, row);
        if (columns.length === 0) continue;
        const set = columns.map((column) => `${column} = ?`).join(", ");
        const values = columns.map((column) => row[column]);
        await manager.query(`UPDATE ${tableOf(owner)} SET ${set} WHERE id = ?`, [...values, id]);
      }
    });
  }

  /** Takes back what a request has written. */
  async undo(world: World): Promise<void> {
    await this.gateway.fieldward.databases.data.write(async (manager) => {
      for (const owner of [...OWNERS].reverse()) {
        const known = [...(this.twins[TWIN.value]?.[owner].keys() ?? [])];
        const places = known.map(() => "?").join(", ");
        await manager.query(`DELETE FROM ${tableOf(owner)} WHERE id NOT IN (${places})`, known);
      }
    });
    this.#now.clear();
    await this.turnTo(world);
  }

  #rowOf(owner: Owner, id: string, person: Person, world: World): StoredRow {
    const as = (twin: Twin): StoredRow => this.twins[twin]?.[owner].get(id) ?? {};
    const row = { ...as(TWIN.value) };
    for (const secret of SECRETS) {
      const columns = secret.columns[owner] ?? [];
      const twin = columns.length === 0 ? TWIN.value : world(person, secret);
      if (twin === TWIN.value) continue;
      for (const column of columns) row[column] = as(twin)[column];
    }
    return row;
  }
}

async function storedRows({ fieldward }: TestGateway): Promise<Stored> {
  const rowsOf = async (owner: Owner): Promise<ReadonlyMap<string, StoredRow>> => {
    const found: unknown = await fieldward.databases.data.writer.query(`SELECT * FROM ${tableOf(owner)}`);
    const rows = found as readonly StoredRow[];
    return new Map(
      rows.map((row) => [
        String(row["id"]),
        Object.fromEntries(Object.entries(row).map(([column, value]) => [column, bindable(value)])),
      ]),
    );
  };
  return {
    Customer: await rowsOf("Customer"),
    Message: await rowsOf("Message"),
    ConsentRecord: await rowsOf("ConsentRecord"),
  };
}
