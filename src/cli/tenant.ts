import { v7 as uuidv7 } from "uuid";
import { z } from "zod";
import type { Settings } from "../config";
import { Tenant } from "../domain/tenant";
import { checked, country, line } from "../lifecycle/input";
import { report, type ReportOptions } from "./terminal";
import { unlessTaken, withFieldward } from "./with-fieldward";

/** What `fieldward tenant add` takes. */
export interface AddTenantOptions extends ReportOptions {
  readonly name: string;
  readonly country: string;
}

const addition = z.object({
  slug: z.string().regex(/^[a-z0-9][a-z0-9-]{0,31}$/, "has 1 to 32 of a–z, 0–9 and -, the first not -"),
  name: line(120),
  country,
});

/** `fieldward tenant add` */
export async function addTenant(settings: Settings, slug: string, options: AddTenantOptions): Promise<void> {
  const wanted = checked(addition, { ...options, slug });
  await withFieldward(settings, async ({ databases }) => {
    const tenant = Object.assign(new Tenant(), { ...wanted, id: uuidv7(), createdAt: new Date() });
    await unlessTaken(`There is a tenant ${slug} already.`, () =>
      databases.data.write((manager) => manager.insert(Tenant, tenant)),
    );
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
