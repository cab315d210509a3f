import { CATEGORIES, Level, levelName } from "../domain/category";
import type { Policy } from "../policy/policy";
import type { CasePattern, Purpose } from "../policy/purposes-file";
import type { Role } from "../policy/roles-file";
import type { ScopeSet } from "../policy/scope-sets-file";
import { listChanges, moved, paired, type PolicyChange } from "./policy-change";

/** What a role that is not there gives. */
const NO_ROLE: Role = {
  levels: {},
  elevate: [],
  lookup: [],
  purposes: [],
  writes: [],
  rights: [],
  budget: 0,
  secondFactor: true,
  restricted: false,
};

const NO_SCOPES: ScopeSet = { scopes: [], purposes: [] };

function budgetText(budget: number | null): string {
  return budget === null ? "no limit" : String(budget);
}

function budgetChanges(of: string, before: number | null, after: number | null): readonly PolicyChange[] {
  if (before === after) return [];
  const looser = after === null || (before !== null && after > before);
  const what = `its budget to ${budgetText(after)} (was ${budgetText(before)})`;
  return [{ of, direction: looser ? "LOOSENS" : "TIGHTENS", what }];
}

function roleChanges(of: string, before: Role = NO_ROLE, after: Role = NO_ROLE): readonly PolicyChange[] {
  const without = [before, after].map(({ secondFactor }) => Number(!secondFactor));
  return [
    ...listChanges(of, "purpose", before.purposes, after.purposes),
    ...listChanges(of, "look-up by", before.lookup, after.lookup),
    ...listChanges(of, "writing of", before.writes, after.writes),
    ...listChanges(of, "right", before.rights, after.rights),
    ...budgetChanges(of, before.budget, after.budget),
    ...moved(of, Number(before.restricted), Number(after.restricted), "sight of restricted customers"),
    ...moved(of, without[0] ?? 0, without[1] ?? 0, "sign-in without a second factor"),
  ];
}

function scopeSetChanges(of: string, before = NO_SCOPES, after = NO_SCOPES): readonly PolicyChange[] {
  return [
    ...listChanges(of, "purpose", before.purposes, after.purposes),
    ...listChanges(of, "scope", before.scopes, after.scopes),
  ];
}

/** Tokens may have any scopes, so what a purpose allows is told for itself too. */
function purposeLevelChanges(of: string, before: Purpose | undefined, after: Purpose | undefined) {
  return CATEGORIES.flatMap((category) => {
    const was = before?.levels[category] ?? Level.HIDDEN;
    const is = after?.levels[category] ?? Level.HIDDEN;
    return moved(of, was, is, `${category} ${levelName(is)} (was ${levelName(was)})`);
  });
}

/** Without consent as its basis, a purpose serves customers who never gave it. */
function basisChanges(of: string, before: Purpose, after: Purpose): readonly PolicyChange[] {
  if (before.basis === after.basis) return [];
  const what = `its basis to ${after.basis} (was ${before.basis})`;
  if (before.basis === "CONSENT") return [{ of, direction: "LOOSENS", what }];
  return [{ of, direction: after.basis === "CONSENT" ? "TIGHTENS" : "CHANGES", what }];
}

function bitChanges(of: string, before: Purpose, after: Purpose): readonly PolicyChange[] {
  if (before.bit === after.bit) return [];
  const said = ({ bit }: Purpose): string => (bit === undefined ? "none" : String(bit));
  return [{ of, direction: "CHANGES", what: `its consent bit to ${said(after)} (was ${said(before)})` }];
}

function caseText(given: CasePattern | null): string {
  if (given === null) return "any case or none";
  const pattern = given.pattern.source.replaceAll(/^\^\(\?:|\)\$$/g, "");
  return `${given.required ? "a case" : "a case or none"} like ${given.example}, ${pattern}`;
}

/** How much a purpose asks for: nothing, a case where one is given, a case always. */
function caseStrictness(given: CasePattern | null): number {
  if (given === null) return 0;
  return given.required ? 2 : 1;
}

function caseChanges(of: string, before: Purpose, after: Purpose): readonly PolicyChange[] {
  const [was, is] = [caseText(before.case), caseText(after.case)];
  if (was === is) return [];
  const what = `its cases to ${is} (was ${was})`;
  const stricter = caseStrictness(after.case) - caseStrictness(before.case);
  const patterns = [before.case, after.case].flatMap((given) =>
    given === null ? [] : [given.pattern.source],
  );
  // Which of two patterns lets more through cannot be told.
  if (stricter === 0 || new Set(patterns).size > 1) return [{ of, direction: "CHANGES", what }];
  return [{ of, direction: stricter > 0 ? "TIGHTENS" : "LOOSENS", what }];
}

function purposeChanges(name: string, before: Purpose | undefined, after: Purpose | undefined) {
  const of = `purpose ${name}`;
  const levels = purposeLevelChanges(of, before, after);
  if (before === undefined || after === undefined) return levels;
  return [
    ...levels,
    ...basisChanges(of, before, after),
    ...bitChanges(of, before, after),
    ...caseChanges(of, before, after),
  ];
}

/** Who gains or loses what beside sight of fields: roles, scope sets and purposes. */
export function grantChanges(before: Policy, after: Policy): readonly PolicyChange[] {
  return [
    ...paired(before.roles, after.roles).flatMap((pair) => roleChanges(pair.name, pair.before, pair.after)),
    ...paired(before.scopeSets, after.scopeSets).flatMap((pair) =>
      scopeSetChanges(pair.name, pair.before, pair.after),
    ),
    ...paired(before.purposes, after.purposes).flatMap((pair) =>
      purposeChanges(pair.name, pair.before, pair.after),
    ),
  ];
}
