import { statSync } from "node:fs";
import { join } from "node:path";
import type { Logger } from "pino";
import type { AccessLog } from "../audit/access-log";
import { OPERATOR } from "../domain/principal";
import { newId } from "../installation";
import { POLICY_FILES } from "../policy/policy";
import type { PolicySource, ReloadOutcome } from "../policy/policy-source";

const LOOK_MS = 5_000;

/** What tells that a file was written, without reading it. A mounted directory is swapped whole, so links are followed. */
function fingerprint(dir: string): string {
  const told = Object.keys(POLICY_FILES).map((name) => {
    const stat = statSync(join(dir, name), { throwIfNoEntry: false });
    return stat === undefined ? "-" : `${String(stat.mtimeMs)}/${String(stat.size)}/${String(stat.ino)}`;
  });
  return told.join(" ");
}

function logged(accessLog: AccessLog, { from, to, refused }: ReloadOutcome): Promise<void> {
  return accessLog.append({
    kind: "POLICY",
    requestId: newId(),
    principal: OPERATOR,
    purpose: null,
    operationName: "reload",
    operationHash: null,
    about: refused === undefined ? `${from} ${to}` : from,
    outcome: refused === undefined ? "ok" : "refused",
    reads: [],
    denials: [],
    ip: null,
  });
}

/** What reloading works with. */
export interface PolicyParts {
  readonly policies: PolicySource;
  readonly accessLog: AccessLog;
}

/**
 * Takes over the policy files once and says so: on the log of the program what came of it, on the access log that another
 * policy is in force, or that one was refused.
 */
export async function reloadPolicy(
  { policies, accessLog }: PolicyParts,
  log: Logger,
): Promise<ReloadOutcome> {
  const outcome = policies.reload();
  const { changed, from, to, refused } = outcome;
  if (refused !== undefined)
    log.error({ from, refused }, "the policy was not reloaded; the one before stays");
  else if (changed) log.warn({ from, to }, "another policy is in force");
  if (!changed && refused === undefined) return outcome;
  try {
    await logged(accessLog, outcome);
  } catch (error) {
    // Nothing is served meanwhile: no request can be logged either.
    const code = error instanceof Error && "code" in error ? error.code : undefined;
    log.error({ code }, "the reload of the policy could not be put on the access log");
  }
  return outcome;
}

/**
 * Reloads the policy when its files were written and at SIGHUP. A deployment may write them one after the other: they are
 * taken over once two looks in a row have found them the same. Answers what ends it.
 */
export function keepPolicyUp(parts: PolicyParts, dir: string, log: Logger): () => void {
  let seen = fingerprint(dir);
  // Nothing yet: what was written while the server started is taken over as well.
  let taken: string | undefined;
  const look = (): void => {
    const now = fingerprint(dir);
    const isAtRest = now === seen;
    seen = now;
    if (!isAtRest || now === taken) return;
    taken = now;
    void reloadPolicy(parts, log);
  };
  const reload = (): void => void reloadPolicy(parts, log);
  const timer = setInterval(look, LOOK_MS);
  timer.unref();
  process.on("SIGHUP", reload);
  return () => {
    clearInterval(timer);
    process.off("SIGHUP", reload);
  };
}
