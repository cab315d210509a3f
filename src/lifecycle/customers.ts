import { z } from "zod";
import type { DataStore } from "../database/databases";
import { forUpdate } from "../database/subject-lock";
import { Customer } from "../domain/customer";
import { FieldwardError } from "../domain/errors";
import { Message } from "../domain/message";
import { normaliseBirthDate, normaliseEmail, normalisePhone } from "../domain/normalise";
import { Tenant } from "../domain/tenant";
import { checked, country, externalId, language, line, optional } from "./input";
import type { RecordWrite } from "./write-record";

export interface LifecycleParts {
  readonly data: DataStore;
  readonly newId: () => string;
  readonly clock: () => number;
}

const personal = {
  name: optional(line(200)),
  birthDate: optional(z.string().transform(normaliseBirthDate)),
  email: optional(z.string().transform(normaliseEmail)),
  address: optional(line(500)),
  country: optional(country),
  language: optional(language),
};

const creation = z.strictObject({
  tenantId: optional(z.uuid()),
  externalRef: optional(externalId),
  phone: z.string().transform(normalisePhone),
  ...personal,
});

const change = z.strictObject({
  id: z.uuid(),
  phone: optional(z.string().transform(normalisePhone)),
  ...personal,
});

const CHANGEABLE = ["name", "birthDate", "phone", "email", "address", "country", "language"] as const;

/** What helps to find a customer in a text. */
const KNOWN_TO_TWINS = ["name", "country"] as const;

/** Makes and changes customers. `tenantId` confines what is done to one tenant; null: any. */
export class Customers {
  constructor(private readonly parts: LifecycleParts) {}

  /** @throws FieldwardError BAD_USER_INPUT, CONFLICT (number or reference known already), NOT_FOUND (tenant) */
  async create(input: object, tenantId: string | null, record: RecordWrite): Promise<string> {
    const wanted = checked(creation, input);
    const owner = tenantId ?? wanted.tenantId;
    if (owner === null)
      throw new FieldwardError("BAD_USER_INPUT", "tenantId must be given: you see more than one tenant.");
    if (wanted.tenantId !== null && wanted.tenantId !== owner)
      throw new FieldwardError("NOT_FOUND", "There is no such tenant.");
    const row = this.blank(owner);
    Object.assign(row, { ...wanted, tenantId: owner });
    await this.parts.data.write(async (manager) => {
      if ((await manager.findOneBy(Tenant, { id: owner })) === null)
        throw new FieldwardError("NOT_FOUND", "There is no such tenant.");
      await manager.insert(Customer, row);
      await record({ type: "Customer", fields: fieldsIn(wanted), subjects: new Map([[row.id, 1]]) });
    });
    return row.id;
  }

  /** Sets what is given; what is left out or null stays. @throws FieldwardError NOT_FOUND, ERASED, BAD_USER_INPUT, CONFLICT */
  async update(input: object, tenantId: string | null, record: RecordWrite): Promise<string> {
    const wanted = checked(change, input);
    await this.parts.data.write(async (manager) => {
      const where = { id: wanted.id, ...(tenantId === null ? {} : { tenantId }) };
      const row = await manager.findOne(Customer, { where, ...forUpdate(manager) });
      if (row === null) throw new FieldwardError("NOT_FOUND");
      if (row.status === "ERASED") throw new FieldwardError("ERASED");
      const fields = fieldsIn(wanted);
      for (const field of CHANGEABLE)
        if (wanted[field] !== null) Object.assign(row, { [field]: wanted[field] });
      await manager.save(row);
      // Twins that were made without it are served until they are made again. Whether it is another than before is not
      // asked: the time that the answer takes would tell.
      if (KNOWN_TO_TWINS.some((field) => wanted[field] !== null))
        await manager.update(Message, { customerId: row.id }, { twinVersion: null });
      await record({ type: "Customer", fields, subjects: new Map([[row.id, 1]]) });
    });
    return wanted.id;
  }

  /** A new customer of which nothing is known yet. */
  blank(tenantId: string): Customer {
    const row = new Customer();
    row.id = this.parts.newId();
    row.tenantId = tenantId;
    row.externalRef = null;
    row.status = "ACTIVE";
    row.country = null;
    row.language = null;
    row.createdAt = new Date(this.parts.clock());
    row.consentBits = 0;
    row.consentExpiry = null;
    return row;
  }
}

function fieldsIn(wanted: Partial<Record<(typeof CHANGEABLE)[number], unknown>>): string[] {
  return CHANGEABLE.filter((field) => wanted[field] !== null && wanted[field] !== undefined);
}
