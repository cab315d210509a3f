import { z } from "zod";
import { ApiToken } from "../domain/api-token";
import { StartupError } from "../domain/errors";
import { checked, line } from "../lifecycle/input";
import { checkScopes } from "../policy/scopes";
import type { Settings } from "../config";
import { report, type ReportOptions } from "./terminal";
import { withFieldward } from "./with-fieldward";

/** What `fieldward token create` takes. */
export interface CreateTokenOptions extends ReportOptions {
  readonly tenant: string;
  readonly name: string;
  readonly scope: readonly string[];
  readonly purpose: readonly string[];
  readonly days: string;
}

/** `fieldward token create` */
export async function createToken(settings: Settings, options: CreateTokenOptions): Promise<void> {
  await withFieldward(settings, async ({ services }) => {
    checkScopes(options.scope);
    const { name } = checked(z.object({ name: line(120) }), options);
    const unknown = options.purpose.find((purpose) => !services.policy.purposes.has(purpose));
    if (unknown !== undefined || options.purpose.length === 0) {
      throw new StartupError(
        `--purpose is one or more of ${[...services.policy.purposes.keys()].join(", ")}.`,
      );
    }
    const issued = await services.accounts.issueToken({
      tenantSlug: options.tenant,
      name,
      scopes: options.scope,
      purposes: options.purpose,
      expiresInDays: Number(options.days),
    });
    const text = `Token ${issued.id}, good until ${issued.expiresAt.toISOString()}.\nShown once: ${issued.token}`;
    report(options, issued, text);
  });
}

/** `fieldward token list` */
export async function listTokens(settings: Settings, options: ReportOptions): Promise<void> {
  await withFieldward(settings, async ({ databases }) => {
    const select = {
      id: true,
      name: true,
      tenantId: true,
      scopes: true,
      purposes: true,
      expiresAt: true,
      revokedAt: true,
    } as const;
    const tokens = await databases.data.reader.manager.find(ApiToken, { select, order: { id: "ASC" } });
    const lines = tokens.map(({ id, name, scopes, expiresAt, revokedAt }) => {
      const state = revokedAt === null ? `until ${expiresAt.toISOString().slice(0, 10)}` : "revoked";
      return `${id}  ${state}  ${name}  ${scopes.join(" ")}`;
    });
    report(options, { tokens }, lines.length === 0 ? "No tokens." : lines.join("\n"));
  });
}

/** `fieldward token revoke` */
export async function revokeToken(settings: Settings, id: string, options: ReportOptions): Promise<void> {
  await withFieldward(settings, async ({ services }) => {
    await services.accounts.revokeToken(id);
    report(
      options,
      { id, revoked: true },
      `Token ${id} is revoked; running servers refuse it within two seconds.`,
    );
  });
}
