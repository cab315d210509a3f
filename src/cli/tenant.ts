import { v7 as uuidv7 } from "uuid";
import type { Settings } from "../config";
import { StartupError } from "../domain/errors";
import { Tenant } from "../domain/tenant";
import { report, type ReportOptions } from "./terminal";
import { withFieldward } from "./user";

/** What `fieldward tenant add` takes. */
export interface AddTenantOptions extends ReportOptions {
  readonly name: string;
  readonly country: string;
}

/** `fieldward tenant add` */
export async function addTenant(settings: Settings, slug: string, options: AddTenantOptions): Promise<void> {
  if (!/^[a-z0-9][a-z0-9-]{0,31}$/.test(slug))
    throw new StartupError("A tenant's slug has 1 to 32 of a–z, 0–9 and -.");
  if (!/^[A-Z]{2}$/.test(options.country))
    throw new StartupError("--country takes a code of two capitals, such as GB.");
  await withFieldward(settings, async ({ databases }) => {
    const { name, country } = options;
    const tenant = Object.assign(new Tenant(), { id: uuidv7(), slug, name, country, createdAt: new Date() });
    await databases.data.write((manager) => manager.insert(Tenant, tenant));
    report(options, { id: tenant.id, slug }, `Added tenant ${slug} (${tenant.id}).`);
  });
}

/** `fieldward tenant list` */
export async function listTenants(settings: Settings, options: ReportOptions): Promise<void> {
  await withFieldward(settings, async ({ databases }) => {
    const tenants = await databases.data.reader.manager.find(Tenant, { order: { slug: "ASC" } });
    const lines = tenants.map(
      ({ id, slug, country, name }) => `${id}  ${slug.padEnd(20)} ${country}  ${name}`,
    );
    report(options, { tenants }, lines.length === 0 ? "No tenants." : lines.join("\n"));
  });
}
