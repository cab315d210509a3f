import type { Settings } from "../config";
import { FieldwardError, StartupError } from "../domain/errors";
import { Tenant } from "../domain/tenant";
import { makeLog, openFieldward, type Fieldward, type Surroundings } from "../main";

/** Opens the gateway for one command and closes it again. */
export async function withFieldward<T>(
  settings: Settings,
  work: (fieldward: Fieldward) => Promise<T>,
  given: Pick<Surroundings, "sealPlain"> = {},
): Promise<T> {
  const fieldward = await openFieldward(settings, { log: makeLog(settings), clock: Date.now, ...given });
  try {
    return await work(fieldward);
  } finally {
    await fieldward.close();
  }
}

/** @throws StartupError where no tenant has this slug */
export async function tenantBySlug({ databases }: Fieldward, slug: string): Promise<Tenant> {
  const tenant = await databases.data.reader.manager.findOneBy(Tenant, { slug });
  if (tenant === null) throw new StartupError('There is no such tenant. "fieldward tenant list" lists them.');
  return tenant;
}

/** Adds something; where it is there already, the command fails with this text. */
export async function unlessTaken<T>(taken: string, add: () => Promise<T>): Promise<T> {
  try {
    return await add();
  } catch (error) {
    throw error instanceof FieldwardError && error.code === "CONFLICT" ? new StartupError(taken) : error;
  }
}
