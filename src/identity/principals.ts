import type { DataStore } from "../database/databases";
import { ApiToken } from "../domain/api-token";
import { NOBODY, type Principal } from "../domain/principal";
import { Staff } from "../domain/staff";

/** Finds who a stored id is, as it would be if it signed in now. Nothing personal is read. */
export class Principals {
  constructor(private readonly data: Pick<DataStore, "reader">) {}

  /** A staff member or a partner's token; null: there is neither. */
  async byId(id: string): Promise<Principal | null> {
    return (await this.#staff(id)) ?? (await this.#token(id));
  }

  async #staff(id: string): Promise<Principal | null> {
    const row = await this.data.reader.manager.findOne(Staff, {
      where: { id },
      select: { id: true, role: true, trainedUntil: true },
    });
    if (row === null) return null;
    return { ...NOBODY, id, kind: "STAFF", role: row.role, trainedUntil: row.trainedUntil };
  }

  async #token(id: string): Promise<Principal | null> {
    const row = await this.data.reader.manager.findOne(ApiToken, {
      where: { id },
      select: { id: true, tenantId: true, scopes: true, purposes: true },
    });
    if (row === null) return null;
    const { tenantId, scopes, purposes } = row;
    return { ...NOBODY, id, kind: "PARTNER", tenantId, scopes, purposes };
  }
}
