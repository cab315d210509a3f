import { X509Certificate } from "node:crypto";
import { readFile } from "node:fs/promises";
import type { Settings } from "../config";
import { sha256 } from "../crypto/derive";
import type { ApiToken } from "../domain/api-token";
import { StartupError } from "../domain/errors";
import { OPERATOR } from "../domain/principal";
import type { IssuedToken } from "../identity/api-tokens";
import { checkedToken } from "../lifecycle/token-input";
import type { Fieldward } from "../main";
import { recordAccounts } from "./record-accounts";
import { report, type ReportOptions } from "./terminal";
import { tenantBySlug, withFieldward } from "./with-fieldward";

/** What `fieldward token create` takes. */
export interface CreateTokenOptions extends ReportOptions {
  readonly tenant: string;
  readonly name: string;
  readonly scope: readonly string[];
  readonly purpose: readonly string[];
  readonly days: string;
  readonly allowIp?: readonly string[];
  readonly certificate?: string;
}

/** What `fieldward token rotate` takes. */
export interface RotateTokenOptions extends ReportOptions {
  readonly graceHours: string;
  readonly days?: string;
}

/** What `fieldward token freeze` takes. */
export interface FreezeTokenOptions extends ReportOptions {
  readonly reason: string;
}

/** SHA-256 of a certificate's DER, in hex. @see RFC 8705 §3.1 */
async function fingerprintOf(file: string): Promise<string> {
  const pem = await readFile(file, "utf8");
  try {
    return sha256(new X509Certificate(pem).raw).toString("hex");
  } catch (cause) {
    throw new StartupError("--certificate takes a file with one certificate in PEM.", { cause });
  }
}

/** A number of an option; NaN where it is none, which no rule allows. */
function numberOf(text: string): number {
  return /^\d+$/.test(text) ? Number(text) : Number.NaN;
}

function reportIssued(
  options: ReportOptions,
  { id, token, expiresAt, row }: IssuedToken,
  done: string,
): void {
  const { previousUntil } = row;
  const old = previousUntil === null ? "" : `The old secret is good until ${previousUntil.toISOString()}.\n`;
  const text = `${done} ${id}, good until ${expiresAt.toISOString()}.\n${old}Shown once: ${token}`;
  report(options, { id, token, expiresAt, previousUntil }, text);
}

/** `fieldward token create` */
export async function createToken(settings: Settings, options: CreateTokenOptions): Promise<void> {
  const certificateSha256 =
    options.certificate === undefined ? null : await fingerprintOf(options.certificate);
  await withFieldward(settings, async (fieldward) => {
    const { services } = fieldward;
    const { name, scope: scopes, purpose: purposes, allowIp: allowedIps = null } = options;
    const expiresInDays = numberOf(options.days);
    if (Number.isNaN(expiresInDays)) throw new StartupError("--days is a whole number from 1 to 365.");
    const input = { name, scopes, purposes, expiresInDays, allowedIps, certificateSha256 };
    const wanted = checkedToken(input, services.policy);
    const { id: tenantId } = await tenantBySlug(fieldward, options.tenant);
    const issued = await services.apiTokens.issue(
      { ...wanted, tenantId, createdBy: OPERATOR.id },
      recordAccounts(fieldward, "token create", "created"),
    );
    reportIssued(options, issued, "Token");
  });
}

/** What a token is at a moment, in a word or two. */
function stateOf(token: ApiToken, nowMs: number): string {
  if (token.revokedAt !== null) return "revoked";
  const until = token.expiresAt.toISOString().slice(0, 10);
  if (token.expiresAt.getTime() <= nowMs) return `expired ${until}`;
  return token.frozenAt === null ? `until ${until}` : "frozen";
}

/** What is told of a token: everything but what its secrets are checked by. */
function described({ secretHash: _, previousHash: __, ...shown }: ApiToken): Partial<ApiToken> {
  return shown;
}

/** `fieldward token list` */
export async function listTokens(
  settings: Settings,
  options: ReportOptions & { readonly tenant?: string },
): Promise<void> {
  await withFieldward(settings, async (fieldward) => {
    const { services } = fieldward;
    const tenant = options.tenant === undefined ? null : await tenantBySlug(fieldward, options.tenant);
    const tokens = await services.apiTokens.list(tenant?.id ?? null);
    const lines = tokens.map((token) => {
      const used =
        token.lastUsedAt === null ? "never used" : `used ${token.lastUsedAt.toISOString().slice(0, 16)}Z`;
      const state = stateOf(token, services.clock()).padEnd(18);
      // The handle stands in the token itself: by it a leaked one is found here.
      return `${token.id}  ${token.handle}  ${state}  ${used.padEnd(22)}  ${token.name}  ${token.scopes.join(" ")}`;
    });
    report(options, { tokens: tokens.map(described) }, lines.length === 0 ? "No tokens." : lines.join("\n"));
  });
}

/** `fieldward token rotate` */
export async function rotateToken(
  settings: Settings,
  id: string,
  options: RotateTokenOptions,
): Promise<void> {
  const graceHours = numberOf(options.graceHours);
  const expiresInDays = options.days === undefined ? null : numberOf(options.days);
  await withFieldward(settings, async (fieldward) => {
    const record = recordAccounts(fieldward, "token rotate", "rotated");
    const issued = await fieldward.services.apiTokens.rotate(id, { graceHours, expiresInDays }, record);
    reportIssued(options, issued, "A new secret of token");
  });
}

/** Does something to a token and says so. */
async function change(
  settings: Settings,
  options: ReportOptions,
  { result, text }: { readonly result: object; readonly text: string },
  work: (fieldward: Fieldward) => Promise<unknown>,
): Promise<void> {
  await withFieldward(settings, async (fieldward) => {
    await work(fieldward);
    report(options, result, text);
  });
}

const AT_ONCE = "running servers refuse it within two seconds";

/** `fieldward token revoke` */
export function revokeToken(settings: Settings, id: string, options: ReportOptions): Promise<void> {
  const said = { result: { id, revoked: true }, text: `Token ${id} is revoked; ${AT_ONCE}.` };
  return change(settings, options, said, (fieldward) =>
    fieldward.services.apiTokens.revoke(id, recordAccounts(fieldward, "token revoke", "revoked")),
  );
}

/** `fieldward token freeze` */
export function freezeToken(settings: Settings, id: string, options: FreezeTokenOptions): Promise<void> {
  const said = {
    result: { id, frozen: true },
    text: `${id} is frozen; ${AT_ONCE}. An alert holds the reason.`,
  };
  const order = { id, reason: options.reason, by: OPERATOR };
  return change(settings, options, said, (fieldward) =>
    fieldward.services.freezing.freeze(order, recordAccounts(fieldward, "token freeze", "frozen")),
  );
}

/** `fieldward token unfreeze` */
export function unfreezeToken(settings: Settings, id: string, options: ReportOptions): Promise<void> {
  const said = { result: { id, frozen: false }, text: `Token ${id} can be used again.` };
  return change(settings, options, said, (fieldward) =>
    fieldward.services.freezing.unfreezeToken(id, recordAccounts(fieldward, "token unfreeze", "unfrozen")),
  );
}
