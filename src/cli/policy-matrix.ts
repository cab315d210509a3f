import { highest, Level, levelName } from "../domain/category";
import { StartupError } from "../domain/errors";
import type { Policy } from "../policy/policy";
import { suggestion } from "../policy/read-policy-file";
import { audiencesOf, standingsOf, type Audience, type AudienceStanding } from "./policy-audiences";
import { elevatedLevel, levelFor, type PolicyField } from "./policy-fields";

/** What one audience gets of one field. */
export interface MatrixCell {
  readonly level: Level;
  /** The level that an approved elevation gives; null: none gives more. */
  readonly elevated: Level | null;
}

/** A field, and a cell for each column. */
export interface MatrixRow extends PolicyField {
  readonly cells: readonly MatrixCell[];
}

/** An audience, with what it may do beside reading. */
export interface MatrixColumn {
  readonly name: string;
  readonly kind: "role" | "scopes";
  /** Everything else that the policy gives it, as words by what they are: purposes, look-ups, writes, rights, budget. */
  readonly facts: Readonly<Record<string, string>>;
}

/** Who sees what. */
export interface Matrix {
  readonly revision: string;
  /** null: the highest level over all purposes of each audience. */
  readonly purpose: string | null;
  readonly columns: readonly MatrixColumn[];
  readonly rows: readonly MatrixRow[];
}

function words(names: Iterable<string>): string {
  return [...names].join(", ") || "none";
}

function budgetWords(budget: number | null): string {
  return budget === null ? "no limit" : String(budget);
}

function factsOf(policy: Policy, purposes: readonly string[], standings: readonly AudienceStanding[]) {
  const [first] = standings;
  if (first === undefined) return { purposes: words(purposes) };
  const { writes, rights, budget, seesRestricted } = first.standing;
  const consented = purposes.filter((name) => policy.purposes.get(name)?.basis === "CONSENT");
  return {
    purposes: words(purposes),
    "only with consent for": words(consented),
    "looks up by": words(new Set(standings.flatMap(({ standing }) => [...standing.lookup]))),
    writes: words(writes),
    rights: words(rights),
    "customers at CLEAR in an hour": budgetWords(budget),
    "restricted customers": seesRestricted ? "not masked" : "masked",
  };
}

function columnOf(policy: Policy, audience: Audience, standings: readonly AudienceStanding[]): MatrixColumn {
  const { name, principal, purposes } = audience;
  const kind = principal.kind === "STAFF" ? "role" : "scopes";
  return { name, kind, facts: factsOf(policy, purposes, standings) };
}

/** The highest over all purposes: what can be seen in one way or another. */
function cellOf(
  field: PolicyField,
  { principal }: Audience,
  standings: readonly AudienceStanding[],
): MatrixCell {
  const level = highest(...standings.map(({ standing }) => levelFor(field, principal, standing)));
  const raised = standings.map(({ standing }) => elevatedLevel(field, standing) ?? Level.HIDDEN);
  const elevated = highest(...raised);
  return { level, elevated: elevated > level ? elevated : null };
}

function checkPurpose(policy: Policy, purpose: string | undefined): void {
  if (purpose === undefined || policy.purposes.has(purpose)) return;
  const names = [...policy.purposes.keys()];
  throw new StartupError(`--purpose is one of ${names.join(", ")}.${suggestion(purpose, names)}`);
}

/**
 * Works out who sees what, over all purposes or under one; under one, only who may declare it is a column.
 *
 * @throws StartupError where there is no such purpose
 */
export function policyMatrix(policy: Policy, fields: readonly PolicyField[], purpose?: string): Matrix {
  checkPurpose(policy, purpose);
  const asked = audiencesOf(policy)
    .filter(({ purposes }) => purpose === undefined || purposes.includes(purpose))
    .map((audience) => ({
      audience,
      standings: standingsOf(policy, audience).filter(
        (each) => purpose === undefined || each.purpose === purpose,
      ),
    }));
  return {
    revision: policy.revision,
    purpose: purpose ?? null,
    columns: asked.map(({ audience, standings }) => columnOf(policy, audience, standings)),
    rows: fields.map((field) => ({
      ...field,
      cells: asked.map(({ audience, standings }) => cellOf(field, audience, standings)),
    })),
  };
}

/** The word of a cell, for people and for CSV: the same in every form of the matrix. */
export function cellWord({ form }: PolicyField, { level }: MatrixCell): string {
  if (form === "operation") return level === Level.CLEAR ? "may" : "may not";
  return levelName(level);
}
