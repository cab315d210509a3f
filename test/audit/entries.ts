import { v7 as uuidv7 } from "uuid";
import { GroupCommitLog, type AuditRow, type AuditStore } from "../../src/audit/access-log";
import type { AccessEntry } from "../../src/audit/access-entry";
import { Level } from "../../src/domain/category";
import { FieldwardError } from "../../src/domain/errors";

/** A READ of some customers. */
export function readOf(subjects: readonly string[], requestId = "request-1"): AccessEntry {
  return {
    kind: "READ",
    requestId,
    principal: {
      id: "staff-1",
      kind: "STAFF",
      tenantId: null,
      role: "support",
      scopes: [],
      purposes: [],
      trainedUntil: null,
    },
    purpose: { purpose: "support", caseId: "T-1042" },
    operationName: "Customers",
    operationHash: "ab".repeat(32),
    reads: [
      {
        type: "Customer",
        fields: new Map([
          ["phone", Level.MASKED],
          ["name", Level.CLEAR],
        ]),
        subjects: new Map(subjects.map((id, i) => [id, i + 1])),
      },
    ],
    denials: [],
    ip: "127.0.0.1",
  };
}

/** A store that can be made to fail before or after it has committed. */
export class BreakableStore implements AuditStore {
  fails: "never" | "before the commit" | "after the commit" = "never";
  commits = 0;

  constructor(private readonly inner: AuditStore) {}

  async add(rows: readonly AuditRow[]): Promise<void> {
    if (this.fails === "before the commit") throw new Error("ECONNREFUSED");
    await this.inner.add(rows);
    this.commits += 1;
    if (this.fails === "after the commit") throw new Error("ECONNRESET");
  }

  leavesFrom(writerId: string, place: number): Promise<readonly string[]> {
    if (this.fails !== "never") return Promise.reject(new Error("ECONNREFUSED"));
    return this.inner.leavesFrom(writerId, place);
  }
}

/** An audit database in memory, with the uniqueness of a writer's places. */
export class MemoryAuditStore implements AuditStore {
  readonly rows: AuditRow[] = [];

  add(rows: readonly AuditRow[]): Promise<void> {
    const taken = new Set(this.rows.map(({ writerId, place }) => `${writerId}/${String(place)}`));
    if (rows.some(({ writerId, place }) => taken.has(`${writerId}/${String(place)}`))) {
      return Promise.reject(new FieldwardError("CONFLICT"));
    }
    this.rows.push(...rows);
    return Promise.resolve();
  }

  leavesFrom(writerId: string, place: number): Promise<readonly string[]> {
    const mine = this.rows.filter((row) => row.writerId === writerId && row.place >= place);
    return Promise.resolve(mine.sort((a, b) => a.place - b.place).map(({ leafHash }) => leafHash));
  }
}

/** A writer's log over a store, at a standing clock. */
export function logOver(store: AuditStore, writerId: string = uuidv7()) {
  const log = new GroupCommitLog(store, { writerId, clock: () => 1_781_524_800_000, newId: () => uuidv7() });
  return { log, writerId };
}
