import { DisclosureBudget, type ExceededBudget } from "../access/disclosure-budget";
import { Elevations } from "../access/elevations";
import { sqlAuditStore } from "../audit/sql-audit-store";
import { sqlDisclosureCounts } from "../database/disclosure-counts";
import type { Reader } from "../database/reader";
import { redisDisclosureCounts } from "../database/redis-disclosure-counts";
import { newId, type Databases } from "../installation";
import { Alerts } from "../monitoring/alerts";
import type { PolicySource } from "../policy/policy-source";

/** What access is opened with. */
export interface AccessParts {
  readonly databases: Databases;
  readonly reader: Reader;
  readonly policies: PolicySource;
  readonly clock: () => number;
  readonly logFault: (requestId: string, error: unknown) => void;
}

/** One alert for a principal and hour, whichever replica it is that turns somebody away. */
async function raiseExceeded(alerts: Alerts, { principalId, limit, hourMs }: ExceededBudget): Promise<void> {
  await alerts.raise({
    detector: "disclosure-budget",
    severity: "medium",
    actorId: principalId,
    summary: "Somebody has used up the disclosure budget of an hour and is shown further customers masked.",
    evidence: [`limit=${String(limit)}`, `hour=${new Date(hourMs).toISOString()}`],
    dedupe: `disclosure-budget:${principalId}:${String(hourMs)}`,
  });
}

/** Elevations, disclosure budgets and the alerts that both raise, wired. */
export function openAccess({ databases, reader, policies, clock, logFault }: AccessParts) {
  const { data, redis } = databases;
  const alerts = new Alerts({ data, newId, clock });
  const budget = new DisclosureBudget({
    counts: redis === null ? sqlDisclosureCounts(data) : redisDisclosureCounts(redis),
    onExceeded: (exceeded) => raiseExceeded(alerts, exceeded),
    logFault: (error) => {
      logFault("disclosure-budget", error);
    },
  });
  const auditStore = sqlAuditStore(databases.audit);
  const policy = () => policies.current;
  const elevations = new Elevations({ data, reader, auditStore, alerts, policy, newId, clock });
  return { alerts, budget, elevations };
}
