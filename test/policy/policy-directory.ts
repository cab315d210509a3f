import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { StartupError } from "../../src/domain/errors";
import { loadPolicy, type Policy } from "../../src/policy/policy";

export const ROLES = `support:
  levels: { account: CLEAR, contact: masked }
  purposes: [support]
`;
export const PURPOSES = `support:
  basis: CONTRACT
  levels: { contact: CLEAR }
marketing:
  basis: CONSENT
  bit: 0
  levels: { contact: CLEAR }
`;

/** Files beside roles and purposes, by name. */
type Others = Readonly<Record<string, string>>;

/** A policy directory that is written anew for each look at it. */
export const directory = mkdtempSync(join(tmpdir(), "fieldward-policy-"));

afterAll(() => {
  rmSync(directory, { recursive: true });
});

export function load(roles: string, purposes: string, others: Others = {}): Policy {
  rmSync(directory, { recursive: true });
  mkdirSync(directory);
  const files = { "roles.yaml": roles, "purposes.yaml": purposes, ...others };
  for (const [name, text] of Object.entries(files)) writeFileSync(join(directory, name), text);
  return loadPolicy(directory);
}

/** What a policy directory is refused with. */
export function refusal(roles: string, purposes: string, others: Others = {}): string {
  try {
    load(roles, purposes, others);
  } catch (error) {
    expect(error).toBeInstanceOf(StartupError);
    return error instanceof Error ? error.message : "";
  }
  return "it loaded";
}
