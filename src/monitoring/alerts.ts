import { IsNull, LessThan, type EntityManager } from "typeorm";
import type { DataStore } from "../database/databases";
import { asDatabaseError } from "../database/faults";
import { Alert } from "../domain/alert";
import { FieldwardError } from "../domain/errors";

/** How soon a person must look. */
type Severity = "low" | "medium" | "high";

/** What a detector has found. It holds ids, codes and counts, never a personal value. */
export interface Finding {
  readonly detector: string;
  readonly severity: Severity;
  readonly actorId: string | null;
  readonly summary: string;
  /** `name=value` of ids and counts. */
  readonly evidence: readonly string[];
  /** Names the occasion: the same one raises one alert, whichever replica finds it. */
  readonly dedupe: string;
}

export interface AlertParts {
  readonly data: DataStore;
  readonly newId: () => string;
  readonly clock: () => number;
}

/** The page of a list of alerts that comes after one of them. */
export interface AlertPage {
  readonly unacknowledgedOnly: boolean;
  readonly first: number;
  readonly after: { readonly atMs: number; readonly id: string } | null;
}

const LONGEST_NOTE = 1_000;

/** What detectors have found and a person must look at. */
export class Alerts {
  constructor(private readonly parts: AlertParts) {}

  /**
   * Adds an alert, unless the occasion has one.
   *
   * @param manager within a transaction of it; left out: in one of its own
   * @throws FieldwardError DATABASE_UNAVAILABLE
   */
  async raise(finding: Finding, manager?: EntityManager): Promise<void> {
    const row = Object.assign(new Alert(), finding, {
      id: this.parts.newId(),
      at: new Date(this.parts.clock()),
      evidence: [...finding.evidence],
      acknowledgedBy: null,
      acknowledgedAt: null,
    });
    try {
      if (manager !== undefined) await manager.insert(Alert, row);
      else await this.parts.data.write((own) => own.insert(Alert, row));
    } catch (error) {
      if (asDatabaseError(error).code !== "CONFLICT") throw error;
    }
  }

  /** The newest first. */
  list({ unacknowledgedOnly, first, after }: AlertPage): Promise<Alert[]> {
    const open = unacknowledgedOnly ? { acknowledgedAt: IsNull() } : {};
    const at = new Date(after?.atMs ?? 0);
    const where =
      after === null
        ? open
        : [
            { ...open, at: LessThan(at) },
            { ...open, at, id: LessThan(after.id) },
          ];
    const order = { at: "DESC", id: "DESC" } as const;
    return this.parts.data.read((manager) => manager.find(Alert, { where, order, take: first }));
  }

  /**
   * Notes that somebody has dealt with one, and how.
   *
   * @param record puts it on the access log, inside the transaction
   * @throws FieldwardError NOT_FOUND, FORBIDDEN (it is about oneself), CONFLICT (it was acknowledged), BAD_USER_INPUT
   */
  async acknowledge(
    id: string,
    by: string,
    note: string | null,
    record: () => Promise<void>,
  ): Promise<Alert> {
    if (note !== null && note.length > LONGEST_NOTE)
      throw new FieldwardError(
        "BAD_USER_INPUT",
        `note has at most ${LONGEST_NOTE.toLocaleString("en")} characters.`,
      );
    return this.parts.data.write(async (manager) => {
      const given = { acknowledgedBy: by, acknowledgedAt: new Date(this.parts.clock()) };
      const { affected } = await manager.update(Alert, { id, acknowledgedAt: IsNull() }, given);
      const row = await manager.findOneBy(Alert, { id });
      if (row === null) throw new FieldwardError("NOT_FOUND");
      if (row.actorId === by)
        throw new FieldwardError("FORBIDDEN", "Somebody else must look at what is about you.");
      if (affected !== 1) throw new FieldwardError("CONFLICT", "Somebody has acknowledged it.");
      row.note = note;
      await manager.save(row);
      await record();
      return row;
    });
  }
}
