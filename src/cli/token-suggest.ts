import { sqlAuditStore, type SqlAuditStore } from "../audit/sql-audit-store";
import type { Settings } from "../config";
import { Alert } from "../domain/alert";
import type { ApiToken } from "../domain/api-token";
import { StartupError } from "../domain/errors";
import { Tenant } from "../domain/tenant";
import type { Fieldward } from "../main";
import { report, type ReportOptions } from "./terminal";
import { evidenceOf, type Evidence } from "./token-evidence";
import { suggestionOf, type Narrowing, type Suggestion } from "./token-suggestion";
import { withFieldward } from "./with-fieldward";

/** What `fieldward token suggest` takes. */
export interface SuggestOptions extends ReportOptions {
  readonly days: string;
}

const DAY_MS = 24 * 60 * 60 * 1_000;
const LONGEST_DAYS = 3_650;
/** Below either, what was seen says little of what is needed. */
const ENOUGH_DAYS = 7;
const ENOUGH_REQUESTS = 50;

/** How far the evidence reaches, and whether that is far enough to act on. */
interface Reach {
  readonly sinceMs: number;
  readonly days: number;
  readonly isThin: boolean;
}

function daysOf({ days }: SuggestOptions): number {
  const number = Number(days);
  if (Number.isInteger(number) && number >= 1 && number <= LONGEST_DAYS) return number;
  throw new StartupError(`--days is a whole number from 1 to ${String(LONGEST_DAYS)}.`);
}

/** The one token that is meant, by id or by name. @throws StartupError */
async function tokenOf({ services }: Fieldward, nameOrId: string): Promise<ApiToken> {
  const tokens = await services.apiTokens.list(null);
  const byId = tokens.find(({ id }) => id === nameOrId);
  if (byId !== undefined) return byId;
  const [one, ...others] = tokens.filter(({ name, revokedAt }) => name === nameOrId && revokedAt === null);
  if (one === undefined) throw new StartupError('There is no such token. "fieldward token list" lists them.');
  if (others.length > 0) throw new StartupError("Several tokens have that name: give the id of one.");
  return one;
}

/** When the log was begun, of whichever writer that is the oldest. */
async function beginOf(log: SqlAuditStore): Promise<number> {
  const firsts = await Promise.all((await log.writers()).map((writer) => log.entriesFrom(writer, 0, 1)));
  return Math.min(...firsts.flat().map(({ atMs }) => atMs));
}

async function reachOf(log: SqlAuditStore, token: ApiToken, fromMs: number, nowMs: number): Promise<Reach> {
  const sinceMs = Math.min(nowMs, Math.max(fromMs, token.createdAt.getTime(), await beginOf(log)));
  const days = (nowMs - sinceMs) / DAY_MS;
  return { sinceMs, days, isThin: days < ENOUGH_DAYS };
}

/** The hours in which a token's disclosure budget was used up, by the alerts that this raised: their starts, in ms. */
async function hoursBeyondBudget({ databases }: Fieldward, token: ApiToken): Promise<ReadonlySet<number>> {
  const alerts = await databases.data.reader.manager.find(Alert, {
    select: { id: true, dedupe: true },
    where: { detector: "disclosure-budget", actorId: token.id },
  });
  return new Set(alerts.map(({ dedupe }) => Number(dedupe.split(":").at(-1))));
}

/** An argument as a shell takes it for one word. */
function quoted(text: string): string {
  return /^[\w.:/@+-]+$/.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`;
}

/** How long the new token is to live: as long as the old one was meant to. */
function lifeDays({ createdAt, expiresAt }: ApiToken): number {
  const days = Math.round((expiresAt.getTime() - createdAt.getTime()) / DAY_MS);
  return Math.min(365, Math.max(1, days));
}

/** The command that issues the smaller token; one that did nothing is ended instead. */
function commandOf(token: ApiToken, slug: string, { scopes, purposes }: Suggestion): string {
  if (scopes.length === 0 || purposes.length === 0) return `fieldward token revoke ${token.id}`;
  const addresses = token.allowedIps === null ? [] : ["--allow-ip", ...token.allowedIps];
  // The certificate itself is not stored: its file must be named again.
  const certificate = token.certificateSha256 === null ? [] : ["--certificate", "FILE.pem"];
  const words = ["--tenant", slug, "--name", token.name, "--scope", ...scopes, "--purpose", ...purposes];
  const all = [...words, "--days", String(lifeDays(token)), ...addresses, ...certificate];
  return `fieldward token create ${all.map(quoted).join(" ")}`;
}

function narrowingText({ has, instead, because }: Narrowing): string {
  return `  - ${has}${instead === null ? "" : ` → ${instead}`}: ${because}`;
}

/** "1 request", "2 requests" */
function counted(count: number, what: string): string {
  return `${String(count)} ${what}${count === 1 ? "" : "s"}`;
}

/** What makes the evidence less than it looks. */
function caveatsOf(evidence: Evidence, { isThin }: Reach, { purposes }: Suggestion): readonly string[] {
  const { hoursBeyondBudget: hours, refusedPurposes } = evidence;
  const thin = `That is thin evidence (below ${String(ENOUGH_DAYS)} days or ${String(ENOUGH_REQUESTS)} requests): what is needed seldom would be missing.`;
  const lowered = `In ${counted(hours, "hour")} its disclosure budget was used up: what was masked then counts as asked for in the clear.`;
  const idle = purposes.filter((purpose) => refusedPurposes.has(purpose));
  return [
    ...(isThin ? [thin] : []),
    ...(hours === 0 ? [] : [lowered]),
    ...idle.map((purpose) => `Under ${purpose} all was refused but ids and states.`),
  ];
}

function textOf(
  token: ApiToken,
  evidence: Evidence,
  reach: Reach,
  suggestion: Suggestion,
  command: string,
): string {
  const { denied } = evidence;
  const { narrowings } = suggestion;
  const days = counted(Math.floor(reach.days), "day");
  const since = new Date(reach.sinceMs).toISOString().slice(0, 10);
  const refused =
    denied === 0 ? "" : ` ${String(denied)} of them ${denied === 1 ? "was" : "were"} refused something.`;
  return [
    `${token.name} (${token.id}): ${counted(evidence.requests, "request")} in ${days}, since ${since}.${refused}`,
    ...caveatsOf(evidence, reach, suggestion),
    ...(narrowings.length === 0 ? ["All that it may do was used."] : ["It could do with less:"]),
    ...narrowings.map(narrowingText),
    ...(narrowings.length === 0 ? [] : [command]),
    "What a query asked for of customers that it did not find is not on the log.",
  ].join("\n");
}

/** `fieldward token suggest`: what a token was used for, against what it may do. */
export async function suggestToken(
  settings: Settings,
  nameOrId: string,
  options: SuggestOptions,
): Promise<void> {
  const wantedDays = daysOf(options);
  await withFieldward(settings, async (fieldward) => {
    const { services, databases } = fieldward;
    const token = await tokenOf(fieldward, nameOrId);
    const tenant = await databases.data.reader.manager.findOneByOrFail(Tenant, { id: token.tenantId });
    const log = sqlAuditStore(databases.audit);
    const now = services.clock();
    const fromMs = now - wantedDays * DAY_MS;
    const usedUp = await hoursBeyondBudget(fieldward, token);
    const evidence = await evidenceOf(log.entriesBy(token.id, fromMs, now), usedUp);
    const far = await reachOf(log, token, fromMs, now);
    const reach = { ...far, isThin: far.isThin || evidence.requests < ENOUGH_REQUESTS };
    const suggestion = suggestionOf(token, evidence);
    const command = commandOf(token, tenant.slug, suggestion);
    const result = {
      id: token.id,
      name: token.name,
      since: new Date(reach.sinceMs),
      days: Math.floor(reach.days),
      requests: evidence.requests,
      thin: reach.isThin,
      hoursBeyondBudget: evidence.hoursBeyondBudget,
      refusedPurposes: [...evidence.refusedPurposes],
      ...suggestion,
      command: suggestion.narrowings.length === 0 ? null : command,
    };
    report(options, result, textOf(token, evidence, reach, suggestion, command));
  });
}
