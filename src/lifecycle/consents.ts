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

/** Ends are kept and compared as milliseconds in thirteen digits. @see consentExpiry in domain/consent-state */
const BEYOND_ENDS_MS = 1e13;

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
  validUntil: optional(
    z.date().refine((end) => end.getTime() >= 0 && end.getTime() < BEYOND_ENDS_MS, "is from 1970 to 2286"),
  ),
});

/** @see event */
type ConsentEvent = z.output<typeof event>;

/** What the ledger adds up to, as it is kept on the customer. */
type KeptConsents = Pick<Customer, "consentBits" | "consentExpiry">;

/** How long `Customer.consentExpiry` may be. */
const LONGEST_EXPIRY = 255;

/** Sets or takes away a consent. Those that are over go as well, bit and end together, so that the ends of others fit. */
function withConsent(
  { consentBits, consentExpiry: ends }: KeptConsents,
  bit: number,
  { granted, until }: { readonly granted: boolean; readonly until: Date | null },
  nowMs: number,
): KeptConsents {
  const pairs = ends === null ? [] : ends.split(",").filter((pair) => !pair.startsWith(consentKey(bit)));
  const standing = pairs.filter((pair) => nowMs < Number(pair.split(":")[1]));
  const over = pairs.filter((pair) => !standing.includes(pair)).map((pair) => Number(pair.split(":")[0]));
  const left = [bit, ...over].reduce((bits, gone) => bits & ~(1 << gone), consentBits);
  const kept = granted && until !== null ? [...standing, consentExpiry(bit, until)] : standing;
  return {
    consentBits: granted ? left | (1 << bit) : left,
    consentExpiry: kept.length === 0 ? null : kept.join(","),
  };
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
   * @throws FieldwardError NOT_FOUND, ERASED, BAD_USER_INPUT (unknown purpose, a state that no event has, a consent that is
   *   none, or one end too many)
   */
  async record(input: object, by: string, tenantId: string | null, record: RecordWrite): Promise<string> {
    const wanted = checked(event, input);
    this.#checkPurpose(wanted);
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

  /** Which purposes there are is not told: a partner knows its own. */
  #checkPurpose({ purpose, state, legalBasis }: ConsentEvent): void {
    const known = this.policy().purposes.get(purpose);
    if (known === undefined) throw new FieldwardError("BAD_USER_INPUT", "There is no such purpose.");
    if (state === "NONE")
      throw new FieldwardError("BAD_USER_INPUT", "state NONE means that there is no event.");
    if (state === "GRANTED" && known.basis === "CONSENT" && legalBasis !== "CONSENT")
      throw new FieldwardError("BAD_USER_INPUT", "This purpose rests on consent: send legalBasis CONSENT.");
  }

  async #keepState(manager: EntityManager, row: ConsentRecord, tenantId: string | null): Promise<void> {
    const where = { id: row.customerId, ...(tenantId === null ? {} : { tenantId }) };
    // Locked, so that two events at once cannot each overwrite the other's bit.
    const customer = await manager.findOne(Customer, { where, ...forUpdate(manager) });
    if (customer === null) throw new FieldwardError("NOT_FOUND");
    if (customer.status === "ERASED") throw new FieldwardError("ERASED");
    const kept = this.#keptAfter(customer, row);
    if (kept !== null) await manager.update(Customer, { id: customer.id }, kept);
  }

  /** null: the event changes nothing of it. @throws FieldwardError BAD_USER_INPUT */
  #keptAfter(
    customer: KeptConsents,
    { purpose, state, legalBasis, validUntil }: ConsentRecord,
  ): KeptConsents | null {
    const bit = this.policy().purposes.get(purpose)?.bit;
    const granted = state === "GRANTED";
    // On another basis it is no consent, and it takes none back.
    if (bit === undefined || (granted && legalBasis !== "CONSENT")) return null;
    const kept = withConsent(customer, bit, { granted, until: validUntil }, this.parts.clock());
    if (kept.consentExpiry === null || kept.consentExpiry.length <= LONGEST_EXPIRY) return kept;
    const hint = "Too many consents of this customer run out: leave out validUntil.";
    throw new FieldwardError("BAD_USER_INPUT", hint);
  }
}
