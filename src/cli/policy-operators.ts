import { ALWAYS_DROPPED, type Operator } from "../anonymise/operators";
import { PERSONAL_TYPES, type PersonalType } from "../anonymise/span";
import type { Operators } from "../policy/anonymiser-file";
import type { Policy } from "../policy/policy";
import { paired, type PolicyChange } from "./policy-change";

/** The types of which something is the same, in the order of their list. */
function typesBy(same: (type: PersonalType) => string): ReadonlyMap<string, readonly PersonalType[]> {
  const groups = new Map<string, PersonalType[]>();
  for (const type of PERSONAL_TYPES) groups.set(same(type), [...(groups.get(same(type)) ?? []), type]);
  return groups;
}

/** What stands for which types in message text, in one line: `numbered PERSON, DOB; mask PHONE; dropped OTP`. */
export function operatorsText(operators: Operators): string {
  const groups = typesBy((type) => (ALWAYS_DROPPED.has(type) ? "dropped" : operators[type]));
  return [...groups].map(([operator, types]) => `${operator} ${types.join(", ")}`).join("; ");
}

/** Where what can be told of a value has an order; what keeps some of the value itself, null, has none. */
const TELLS: Readonly<Record<Operator, number | null>> = {
  replace: 0,
  numbered: 1,
  pseudonym: 2,
  mask: null,
  shift: null,
  coarse: null,
};

function directionOf(was: Operator, is: Operator): PolicyChange["direction"] {
  if (was === "replace") return "LOOSENS";
  if (is === "replace") return "TIGHTENS";
  const [before, after] = [TELLS[was], TELLS[is]];
  if (before === null || after === null) return "CHANGES";
  return after > before ? "LOOSENS" : "TIGHTENS";
}

function changesOf(of: string, before: Operators, after: Operators): readonly PolicyChange[] {
  const groups = typesBy((type) => `${before[type]} ${after[type]}`);
  return [...groups.values()].flatMap((types) => {
    const [type] = types;
    if (type === undefined || before[type] === after[type]) return [];
    const [was, is] = [before[type], after[type]];
    const what = `${types.join(", ")} in message text to ${is} (was ${was})`;
    return [{ of, direction: directionOf(was, is), what }];
  });
}

/** What stands in message text for more or less than before: for each role that one policy or the other names, and for the rest. */
export function operatorChanges(before: Policy, after: Policy): readonly PolicyChange[] {
  const [was, is] = [before.anonymiser, after.anonymiser];
  const ofRoles = paired(was.roles, is.roles).flatMap(({ name, before: one, after: other }) =>
    changesOf(name, one ?? was.default, other ?? is.default),
  );
  return [...ofRoles, ...changesOf("every other reader", was.default, is.default)];
}
