import { Level, levelName } from "../domain/category";
import type { Principal } from "../domain/principal";
import type { Standing } from "../policy/decide";
import type { Policy } from "../policy/policy";
import { audiencesOf, standingsOf, type Audience } from "./policy-audiences";
import { moved, paired, type PolicyChange } from "./policy-change";
import { elevatedLevel, levelFor, type PolicyField } from "./policy-fields";

/** What one audience gets in one of the two policies, by purpose: nothing under a purpose that it may not declare. */
interface Side {
  readonly principal: Principal | undefined;
  readonly standings: ReadonlyMap<string, Standing>;
}

/** A field's level under one purpose, before and after. */
interface Shift {
  readonly purpose: string;
  readonly before: Level;
  readonly after: Level;
}

type LevelOf = (field: PolicyField, principal: Principal, standing: Standing) => Level;

const raisedLevel: LevelOf = (field, _principal, standing) => elevatedLevel(field, standing) ?? Level.HIDDEN;

function sideOf(policy: Policy, audience: Audience | undefined): Side {
  const standings = audience === undefined ? [] : standingsOf(policy, audience);
  return {
    principal: audience?.principal,
    standings: new Map(standings.map(({ purpose, standing }) => [purpose, standing])),
  };
}

function levelIn({ principal, standings }: Side, field: PolicyField, purpose: string, level: LevelOf): Level {
  const standing = standings.get(purpose);
  return principal === undefined || standing === undefined ? Level.HIDDEN : level(field, principal, standing);
}

/** Groups the shifts that are the same: what holds under all purposes is told once. */
function groupsOf(shifts: readonly Shift[]): readonly (readonly Shift[])[] {
  const groups = new Map<string, Shift[]>();
  for (const shift of shifts.filter(({ before, after }) => before !== after)) {
    const move = `${levelName(shift.before)} ${levelName(shift.after)}`;
    groups.set(move, [...(groups.get(move) ?? []), shift]);
  }
  return [...groups.values()];
}

/** A field with its level, as far as it has one: an operation may be called or not. */
function plainText({ coordinate, form }: PolicyField, { before, after }: Shift): string {
  return form === "operation" ? coordinate : `${coordinate} ${levelName(after)} (was ${levelName(before)})`;
}

function raisedText({ coordinate }: PolicyField, { before, after }: Shift): string {
  const was = before === Level.HIDDEN || after === Level.HIDDEN ? "" : ` (was ${levelName(before)})`;
  return `elevation of ${coordinate} to ${levelName(after === Level.HIDDEN ? before : after)}${was}`;
}

function changesOf(
  of: string,
  shifts: readonly Shift[],
  text: (shift: Shift) => string,
): readonly PolicyChange[] {
  return groupsOf(shifts).flatMap((same) => {
    const [first] = same;
    if (first === undefined) return [];
    const purposes = same.map(({ purpose }) => purpose).join(", ");
    const where = same.length === shifts.length ? "" : ` for ${purposes}`;
    return moved(of, first.before, first.after, `${text(first)}${where}`);
  });
}

function audienceChanges(
  name: string,
  fields: readonly PolicyField[],
  before: Side,
  after: Side,
): readonly PolicyChange[] {
  const purposes = [...new Set([...after.standings.keys(), ...before.standings.keys()])];
  return fields.flatMap((field) => {
    const shifts = (level: LevelOf): Shift[] =>
      purposes.map((purpose) => ({
        purpose,
        before: levelIn(before, field, purpose, level),
        after: levelIn(after, field, purpose, level),
      }));
    return [
      ...changesOf(name, shifts(levelFor), (shift) => plainText(field, shift)),
      ...changesOf(name, shifts(raisedLevel), (shift) => raisedText(field, shift)),
    ];
  });
}

/** By kind as well: a scope set that has the name of a role, or of one that is gone, is not that role. */
function byKindAndName(policy: Policy): ReadonlyMap<string, Audience> {
  return new Map(
    audiencesOf(policy).map((audience) => [`${audience.principal.kind} ${audience.name}`, audience]),
  );
}

/** Who gains or loses sight of which field, for every role and scope set of one policy or the other. */
export function fieldChanges(
  fields: readonly PolicyField[],
  before: Policy,
  after: Policy,
): readonly PolicyChange[] {
  return paired(byKindAndName(before), byKindAndName(after)).flatMap((pair) => {
    const { name } = pair.after ?? pair.before ?? pair;
    return audienceChanges(name, fields, sideOf(before, pair.before), sideOf(after, pair.after));
  });
}
