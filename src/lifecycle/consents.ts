import type { EntityManager } from "typeorm";
import { z } from "zod";
import { forUpdate } from "../database/subject-lock";
import { ConsentRecord } from "../domain/consent-record";
import { consentExpiry, consentKey } from "../domain/consent-state";
import { Customer } from "../domain/customer";
import { FieldwardError } from "../domain/errors";
import { ConsentState, LegalBasis } from "../domain/vocabulary";
import type { Policy } from "../policy/policy";
import type { LifecycleParts } from "./customers";
import { checked, language, line, optional } from "./input";
import type { RecordWrite } from "./write-record";

const event = z.strictObject({
  customerId: z.uuid(),
  purpose: line(32),
  state: z.enum(ConsentState),
  legalBasis: z.enum(LegalBasis),
  method: line(32),
  jurisdiction: optional(line(16)),
  language: optional(language),
  noticeVersion: optional(z.int().min(1)),
  evidence: optional(z.string().max(10_000, "has at most 10,000 characters")),
  validUntil: optional(z.date()),
});

/** The expiry of each consent that has one, with that of one consent set anew. */
function withExpiry(expiry: string | null, bit: number, until: Date | null): string | null {
  const others = (expiry ?? "").split(",").filter((pair) => pair !== "" && !pair.startsWith(consentKey(bit)));
  const pairs = until === null ? others : [...others, consentExpiry(bit, until)];
  return pairs.length === 0 ? null : pairs.join(",");
}

/** Keeps the consent ledger: events are added, never changed. */
export class Consents {
  constructor(
    private readonly parts: LifecycleParts,
    /** The policy in force. */
    private readonly policy: () => Policy,
  ) {}

  /**
   * Adds an event, and keeps in the same transaction what the ledger adds up to on the customer.
   *
   * @throws FieldwardError NOT_FOUND, ERASED, BAD_USER_INPUT (unknown purpose, a state that no event has)
   */
  async record(input: object, by: string, tenantId: string | null, record: RecordWrite): Promise<string> {
    const wanted = checked(event, input);
    if (!this.policy().purposes.has(wanted.purpose)) {
      throw new FieldwardError(
        "BAD_USER_INPUT",
        `purpose is one of ${[...this.policy().purposes.keys()].join(", ")}.`,
      );
    }
    if (wanted.state === "NONE")
      throw new FieldwardError("BAD_USER_INPUT", "state NONE means that there is no event.");
    const row = new ConsentRecord();
    Object.assign(row, { ...wanted, id: this.parts.newId(), noticeHash: null });
    row.recordedAt = new Date(this.parts.clock());
    row.recordedBy = by;
    await this.parts.data.write(async (manager) => {
      await this.#keepState(manager, row, tenantId);
      await manager.insert(ConsentRecord, row);
      await record({ type: "ConsentRecord", fields: ["evidence"], subjects: new Map([[row.customerId, 1]]) });
    });
    return row.id;
  }

  async #keepState(manager: EntityManager, row: ConsentRecord, tenantId: string | null): Promise<void> {
    const where = { id: row.customerId, ...(tenantId === null ? {} : { tenantId }) };
    // Locked, so that two events at once cannot each overwrite the other's bit.
    const customer = await manager.findOne(Customer, { where, ...forUpdate(manager) });
    if (customer === null) throw new FieldwardError("NOT_FOUND");
    if (customer.status === "ERASED") throw new FieldwardError("ERASED");
    const bit = this.policy().purposes.get(row.purpose)?.bit;
    if (bit === undefined) return;
    const granted = row.state === "GRANTED";
    const consentBits = granted ? customer.consentBits | (1 << bit) : customer.consentBits & ~(1 << bit);
    const expiry = withExpiry(customer.consentExpiry, bit, granted ? row.validUntil : null);
    await manager.update(Customer, { id: customer.id }, { consentBits, consentExpiry: expiry });
  }
}
