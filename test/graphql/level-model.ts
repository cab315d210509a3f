import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { PACKAGE_DIR } from "../../src/config";

/**
 * A second opinion on who is served what: written from the policy files and docs/architecture.md alone, in another way than `src/policy`,
 * so that one mistake is not made twice.
 */

const ORDER = ["HIDDEN", "TOKEN", "MASKED", "CLEAR"] as const;

/** The name of a level. */
export type LevelName = (typeof ORDER)[number];

interface RoleText {
  readonly levels?: Readonly<Record<string, LevelName>>;
  readonly purposes: readonly string[];
  readonly restricted?: boolean;
}

interface PurposeText {
  readonly basis: string;
  readonly bit?: number;
  readonly levels: Readonly<Record<string, LevelName>>;
}

function policyFile<T>(name: string): Readonly<Record<string, T>> {
  const content: unknown = parse(readFileSync(join(PACKAGE_DIR, "policy", name), "utf8"));
  return content as Readonly<Record<string, T>>;
}

const roles = policyFile<RoleText>("roles.yaml");
const purposes = policyFile<PurposeText>("purposes.yaml");

/** The names of all roles and of all purposes. */
export const ROLES = Object.keys(roles);
export const PURPOSES = Object.keys(purposes);

/** The purposes of a role. */
export function purposesOfRole(role: string): readonly string[] {
  return roles[role]?.purposes ?? [];
}

/** Who asks, as the test made them. */
export type Asker =
  | { readonly role: string; readonly trained: boolean; readonly purpose: string }
  | { readonly scopes: readonly string[]; readonly tenant: string; readonly purpose: string };

/** Of whom is asked. */
export interface Asked {
  readonly tenant: string;
  readonly status: string;
  readonly consentBits: number;
}

const least = (...levels: readonly LevelName[]): LevelName =>
  ORDER[Math.min(...levels.map((level) => ORDER.indexOf(level)))] ?? "HIDDEN";

const most = (levels: readonly LevelName[]): LevelName =>
  ORDER[Math.max(0, ...levels.map((level) => ORDER.indexOf(level)))] ?? "HIDDEN";

function givenTo(asker: Asker, category: string): LevelName {
  if ("role" in asker) return roles[asker.role]?.levels?.[category] ?? "HIDDEN";
  if (category === "account") return "CLEAR";
  const ofCategory = asker.scopes
    .filter((scope) => scope.startsWith(`${category}:`))
    .map((scope) => scope.split(":")[1]);
  return most(ORDER.filter((level) => ofCategory.includes(level.toLowerCase())));
}

/** What everybody like this gets in a category, whoever the customer is. */
export function levelFor(asker: Asker, category: string): LevelName {
  const allowed = category === "account" ? "CLEAR" : (purposes[asker.purpose]?.levels[category] ?? "HIDDEN");
  const untrained =
    "role" in asker && !asker.trained && ["identity", "contact", "content"].includes(category);
  return least(givenTo(asker, category), allowed, untrained ? "MASKED" : "CLEAR");
}

/** What a field of a customer is expected to be: a level, or the code of its refusal. */
export type Expected = { readonly level: Exclude<LevelName, "HIDDEN"> } | { readonly code: string };

function consented({ bit = 31 }: PurposeText, { consentBits }: Asked): boolean {
  return Math.floor(consentBits / 2 ** bit) % 2 === 1;
}

function capOf(asker: Asker, asked: Asked): Expected {
  const purpose = purposes[asker.purpose];
  if (asked.status === "ERASED") return { code: "ERASED" };
  if (purpose?.basis === "CONSENT" && !consented(purpose, asked)) return { code: "CONSENT_MISSING" };
  const sees = "role" in asker && roles[asker.role]?.restricted === true;
  return { level: asked.status === "RESTRICTED" && !sees ? "MASKED" : "CLEAR" };
}

/** What a personal field is served at, asked for at a level or not. */
export function expectedPersonal(
  asker: Asker,
  asked: Asked,
  category: string,
  as: LevelName | null,
): Expected {
  const level = levelFor(asker, category);
  if (level === "HIDDEN") return { code: "FIELD_HIDDEN" };
  if (as !== null && least(as, level) !== as) return { code: "LEVEL_TOO_HIGH" };
  const cap = capOf(asker, asked);
  if ("code" in cap) return cap;
  const served = least(as ?? level, cap.level);
  if (served === "HIDDEN") return { code: "FIELD_HIDDEN" };
  return as !== null && served !== as ? { code: "LEVEL_TOO_HIGH" } : { level: served };
}

/** Whether an open field is served; it is whole or not at all. */
export function expectedOpen(asker: Asker, asked: Asked, category: string): Expected {
  if (["HIDDEN", "TOKEN"].includes(levelFor(asker, category))) return { code: "FIELD_HIDDEN" };
  const cap = capOf(asker, asked);
  return "code" in cap && category !== "account" ? cap : { level: "CLEAR" };
}

/** Whether an asker may call the root field `customer` for this customer at all. */
export function reaches(asker: Asker, asked: Asked): "data" | "null" | "FORBIDDEN" {
  if (levelFor(asker, "account") === "HIDDEN") return "FORBIDDEN";
  return "tenant" in asker && asker.tenant !== asked.tenant ? "null" : "data";
}
