import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { z } from "zod";
import { StartupError } from "../domain/errors";
import { anonymiserFile, type AnonymiserPolicy } from "./anonymiser-file";
import { limitsFile, type Limits } from "./limits-file";
import { purposesFile, type Purpose } from "./purposes-file";
import { readPolicyFile, suggestion, type PolicyFile, type PolicyText } from "./read-policy-file";
import { rolesFile, type Role } from "./roles-file";
import { scopeSetsFile, type ScopeSet } from "./scope-sets-file";
import { signInFile, type SignIn } from "./sign-in-file";

/** The reviewed policy, as the server runs it. */
export interface Policy {
  readonly roles: ReadonlyMap<string, Role>;
  readonly purposes: ReadonlyMap<string, Purpose>;
  readonly scopeSets: ReadonlyMap<string, ScopeSet>;
  readonly signIn: SignIn;
  readonly limits: Limits;
  readonly anonymiser: AnonymiserPolicy;
  /** The first 12 hex digits of a SHA-256 over the files: which policy it is. */
  readonly revision: string;
}

/** The files of a policy directory, in the order in which they are hashed. */
export const POLICY_FILES = {
  "roles.yaml": rolesFile,
  "purposes.yaml": purposesFile,
  "scope-sets.yaml": scopeSetsFile,
  "sign-in.yaml": signInFile,
  "limits.yaml": limitsFile,
  "anonymiser.yaml": anonymiserFile,
} as const;

/** @see POLICY_FILES */
export type PolicyFileName = keyof typeof POLICY_FILES;

type Contents = { readonly [Name in PolicyFileName]: PolicyFile<z.output<(typeof POLICY_FILES)[Name]>> };

/** What a file that may be missing says then: nothing, so that the defaults hold. */
const NOTHING = "{}\n";

const MAY_BE_MISSING: ReadonlySet<PolicyFileName> = new Set([
  "scope-sets.yaml",
  "sign-in.yaml",
  "limits.yaml",
  "anonymiser.yaml",
]);

const REVISION_DIGITS = 12;

function isMissing(error: unknown): boolean {
  return typeof error === "object" && error !== null && "code" in error && error.code === "ENOENT";
}

/** A file that is there but cannot be read is never taken for one that is missing: the defaults may be wider. */
function textOf(dir: string, name: PolicyFileName): PolicyText {
  const path = join(dir, name);
  try {
    return { path, text: readFileSync(path, "utf8") };
  } catch (cause) {
    if (MAY_BE_MISSING.has(name) && isMissing(cause)) return { path, text: NOTHING };
    throw new StartupError(
      `${path} cannot be read. Set FIELDWARD_POLICY_DIR to the directory that holds it.`,
      { cause },
    );
  }
}

function checkNames(
  file: PolicyFile<unknown>,
  where: readonly string[],
  names: readonly string[],
  known: ReadonlyMap<string, unknown>,
  knownIn: string,
): void {
  const unknown = names.find((name) => !known.has(name));
  if (unknown === undefined) return;
  const all = [...known.keys()];
  const what = `names "${unknown}", which ${knownIn} does not have (${all.join(", ")}).`;
  throw file.fault(where, `${what}${suggestion(unknown, all)}`);
}

function checkBits(file: PolicyFile<Readonly<Record<string, Purpose>>>): void {
  const owners = new Map<number, string>();
  for (const [name, { bit }] of Object.entries(file.content)) {
    if (bit === undefined) continue;
    const other = owners.get(bit);
    if (other !== undefined) {
      throw file.fault(
        [name, "bit"],
        `is also that of ${other}: two purposes share a bit. Give each its own.`,
      );
    }
    owners.set(bit, name);
  }
}

/** Roles and scope sets: whoever has one may declare its purposes. */
type Declaring = Readonly<Record<string, { readonly purposes: readonly string[] }>>;

/** A matrix and a diff tell who gets what by the bare name, so that one name stands for one role or one scope set. */
function checkSetNames(file: PolicyFile<Declaring>, roles: ReadonlyMap<string, unknown>): void {
  const taken = Object.keys(file.content).find((name) => roles.has(name));
  if (taken === undefined) return;
  throw file.fault([taken], "is the name of a role in roles.yaml as well. Give the scope set another name.");
}

/** What one file names and another must have. */
function checkReferences(contents: Contents): void {
  const purposes = new Map(Object.entries(contents["purposes.yaml"].content));
  const roles = new Map(Object.entries(contents["roles.yaml"].content));
  const declaring: readonly PolicyFile<Declaring>[] = [contents["roles.yaml"], contents["scope-sets.yaml"]];
  for (const file of declaring) {
    for (const [name, given] of Object.entries(file.content)) {
      checkNames(file, [name, "purposes"], given.purposes, purposes, "purposes.yaml");
    }
  }
  checkSetNames(contents["scope-sets.yaml"], roles);
  for (const [claim, role] of contents["sign-in.yaml"].content.oidc.roles) {
    checkNames(contents["sign-in.yaml"], ["oidc", "roles", claim], [role], roles, "roles.yaml");
  }
  for (const role of contents["anonymiser.yaml"].content.roles.keys()) {
    checkNames(contents["anonymiser.yaml"], ["roles", role], [role], roles, "roles.yaml");
  }
  checkBits(contents["purposes.yaml"]);
}

function revisionOf(texts: Readonly<Record<PolicyFileName, PolicyText>>): string {
  const hash = createHash("sha256");
  for (const [name, { text }] of Object.entries(texts)) {
    hash.update(`${name}\0${String(Buffer.byteLength(text))}\0${text}`);
  }
  return hash.digest("hex").slice(0, REVISION_DIGITS);
}

/**
 * Reads a policy directory.
 *
 * @throws StartupError with file, line and mend where a policy file is wrong
 */
export function loadPolicy(dir: string): Policy {
  const names = Object.keys(POLICY_FILES) as PolicyFileName[];
  const texts = Object.fromEntries(names.map((name) => [name, textOf(dir, name)])) as Record<
    PolicyFileName,
    PolicyText
  >;
  const contents: Contents = {
    "roles.yaml": readPolicyFile(texts["roles.yaml"], rolesFile),
    "purposes.yaml": readPolicyFile(texts["purposes.yaml"], purposesFile),
    "scope-sets.yaml": readPolicyFile(texts["scope-sets.yaml"], scopeSetsFile),
    "sign-in.yaml": readPolicyFile(texts["sign-in.yaml"], signInFile),
    "limits.yaml": readPolicyFile(texts["limits.yaml"], limitsFile),
    "anonymiser.yaml": readPolicyFile(texts["anonymiser.yaml"], anonymiserFile),
  };
  checkReferences(contents);
  return {
    roles: new Map(Object.entries(contents["roles.yaml"].content)),
    purposes: new Map(Object.entries(contents["purposes.yaml"].content)),
    scopeSets: new Map(Object.entries(contents["scope-sets.yaml"].content)),
    signIn: contents["sign-in.yaml"].content,
    limits: contents["limits.yaml"].content,
    anonymiser: contents["anonymiser.yaml"].content,
    revision: revisionOf(texts),
  };
}
