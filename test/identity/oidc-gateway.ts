import { cpSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { JWTPayload } from "jose";
import { PACKAGE_DIR, type Settings } from "../../src/config";
import type { Engine } from "../support/engines";
import { openTestGateway, type TestGateway } from "../support/gateway";
import type { TestProvider } from "./oidc-provider";

const AUDIENCE = "https://fieldward.example.com";
const SECOND = 1_000;
const HOUR_SECONDS = 3_600;

/** A gateway that takes the tokens of an identity provider. */
export interface OidcGateway extends TestGateway {
  readonly settings: Settings;
  /** A token of the provider for a subject, good for an hour from now. */
  tokenOf(subject: string, more?: JWTPayload): Promise<string>;
}

/** Opens a gateway whose policy gives roles to the groups `fw-<role>`. */
export async function openOidcGateway(
  engine: Engine,
  provider: TestProvider,
  own: Partial<Settings> = {},
): Promise<OidcGateway> {
  const policy = mkdtempSync(join(tmpdir(), "fieldward-oidc-policy-"));
  cpSync(join(PACKAGE_DIR, "policy"), policy, { recursive: true });
  writeFileSync(
    join(policy, "sign-in.yaml"),
    "oidc:\n  roles: { fw-support: support, fw-compliance: compliance }\n",
  );
  const company = { FIELDWARD_OIDC_ISSUER: provider.issuer, FIELDWARD_OIDC_AUDIENCE: AUDIENCE };
  const given = { FIELDWARD_POLICY_DIR: policy, ...company, ...own };
  const gateway = await openTestGateway(engine, given);
  const tokenOf = (subject: string, more: JWTPayload = {}): Promise<string> => {
    const iat = Math.floor(gateway.clock.nowMs / SECOND);
    const claims = { iss: provider.issuer, aud: AUDIENCE, sub: subject, iat, exp: iat + HOUR_SECONDS };
    return provider.sign({ ...claims, groups: ["fw-support"], ...more });
  };
  const close = async (): Promise<void> => {
    await gateway.close();
    rmSync(policy, { recursive: true });
  };
  return { ...gateway, settings: { ...gateway.installation.settings, ...given }, tokenOf, close };
}
