import { randomBytes } from "node:crypto";
import { IsNull, Like } from "typeorm";
import type { Settings } from "../config";
import { ApiToken } from "../domain/api-token";
import { StartupError } from "../domain/errors";
import { Staff } from "../domain/staff";
import { Tenant } from "../domain/tenant";
import { initialise } from "../installation";
import { type Fieldward } from "../main";
import { staffIndex } from "../wiring/directory";
import { DEMO_QUERY } from "./demo-query";
import { seedDemo } from "./demo-seed";
import { migrateAll, openNamed } from "./migrate";
import { processFacts, warnOfDumps } from "./no-dumps";
import { serveUntilStopped } from "./serve";
import { print, say, type ReportOptions } from "./terminal";
import { withFieldward } from "./with-fieldward";

const PARTNER_TENANT = "larkfield";
const PARTNER_TOKEN = "demo partner app";
const PARTNER_SCOPES = [
  "identity:masked",
  "contact:masked",
  "contact:lookup",
  "traffic:clear",
  "content:masked",
  "consent:clear",
  "customers:write",
  "messages:write",
  "consents:write",
];
const TRAINED_MS = 365 * 24 * 60 * 60 * 1_000;
const TOKEN_DAYS = 1;

/** The staff of the demo, one for each role that it shows, with the purpose that each declares. */
const STAFF = [
  { role: "support", name: "Robin Support", purpose: "support; case=T-1042" },
  { role: "analyst", name: "Alex Analyst", purpose: "analytics" },
  { role: "compliance", name: "Kim Compliance", purpose: "legal; case=DPO-7" },
] as const;

interface DemoCredentials {
  readonly credentials: Readonly<Record<string, string>>;
  readonly purposes: Readonly<Record<string, string>>;
}

async function staffToken(
  { services, databases, vault }: Fieldward,
  staff: (typeof STAFF)[number],
): Promise<string> {
  const { role, name } = staff;
  const email = `${role}@staff.example.com`;
  // By the address that only the demo gives: nobody else's session is to be printed.
  const { property, index } = await staffIndex(vault)(email);
  const known = await databases.data.reader.manager.findOne(Staff, {
    select: { id: true },
    where: { [property]: index, role, disabled: false },
  });
  const id =
    known?.id ??
    (await services.accounts.addStaff({
      email,
      name,
      role,
      password: randomBytes(24).toString("base64url"),
      trainedUntil: new Date(Date.now() + TRAINED_MS),
    }));
  return (await services.sessions.open(id, { secondFactor: true })).token;
}

async function partnerToken({ services, databases }: Fieldward): Promise<string> {
  // A secret is shown once, so every start issues a new token and ends the ones before.
  const revokedAt = new Date();
  await databases.data.write((manager) =>
    manager.update(ApiToken, { name: Like(PARTNER_TOKEN), revokedAt: IsNull() }, { revokedAt }),
  );
  const { token } = await services.apiTokens.issue({
    tenantSlug: PARTNER_TENANT,
    name: PARTNER_TOKEN,
    scopes: PARTNER_SCOPES,
    purposes: ["support", "marketing"],
    expiresInDays: TOKEN_DAYS,
  });
  return token;
}

async function demoCredentials(fieldward: Fieldward): Promise<DemoCredentials> {
  const credentials: Record<string, string> = {};
  for (const staff of STAFF) credentials[staff.role] = await staffToken(fieldward, staff);
  credentials["partner"] = await partnerToken(fieldward);
  const purposes = Object.fromEntries(STAFF.map(({ role, purpose }) => [role, purpose]));
  return { credentials, purposes: { ...purposes, partner: "support" } };
}

function welcome(url: string, { credentials, purposes }: DemoCredentials): string {
  const callers = Object.entries(credentials).map(
    ([name, token]) =>
      `${name}\n  Authorization: Bearer ${token}\n  Fieldward-Purpose: ${purposes[name] ?? ""}`,
  );
  const body = JSON.stringify({ query: DEMO_QUERY });
  return `
Fieldward serves a demo with fictional customers on ${url}

Four callers, one query, four answers:

${callers.join("\n\n")}

The query:

${DEMO_QUERY}

To send it as support:

curl -s ${url} \\
  -H 'content-type: application/json' \\
  -H 'Authorization: Bearer ${credentials["support"] ?? ""}' \\
  -H 'Fieldward-Purpose: ${purposes["support"] ?? ""}' \\
  -d '${body}'

Ctrl-C stops it; a second start finds everything as it was left, in ./var.
`;
}

/** Looked at before anything is made or migrated: a demo must leave data that is not its own as it is. */
async function refuseForeignData(settings: Settings): Promise<void> {
  const source = await openNamed("data", settings);
  try {
    const runner = source.createQueryRunner();
    const empty = !(await runner.hasTable("tenant")) || (await source.manager.count(Tenant)) === 0;
    await runner.release();
    if (empty || (await source.manager.countBy(Tenant, { slug: PARTNER_TENANT })) > 0) return;
  } finally {
    await source.destroy();
  }
  throw new StartupError(
    'These databases hold data that is not the demo\'s. Use other databases for the demo, or run "fieldward serve".',
  );
}

/** `fieldward demo`: makes what is missing, seeds, and serves until it is told to stop. */
export async function demo(settings: Settings, options: ReportOptions): Promise<void> {
  await refuseForeignData(settings);
  await migrateAll(settings);
  await initialise(settings, Date.now);
  const quiet = settings.FIELDWARD_LOG_LEVEL === "info" ? "warn" : settings.FIELDWARD_LOG_LEVEL;
  await withFieldward({ ...settings, FIELDWARD_LOG_LEVEL: quiet }, async (fieldward) => {
    warnOfDumps(fieldward.log, processFacts());
    if (options.json !== true) say("Preparing the demo …");
    await seedDemo(fieldward, new Date());
    const made = await demoCredentials(fieldward);
    await serveUntilStopped(fieldward, settings, (url) => {
      print(options.json === true ? JSON.stringify({ url, ...made, query: DEMO_QUERY }) : welcome(url, made));
    });
  });
}
