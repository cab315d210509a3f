import { CATEGORIES, Level, type Category } from "../domain/category";
import type { Policy } from "./policy";
import type { Right, Role } from "./roles-file";
import { grantsOf } from "./scopes";

/** What is wrong with a policy though each of its files can be read. */
export interface PolicyFault {
  /** A role, purpose or scope set, as `role support`. */
  readonly of: string;
  /** What is wrong, and the mend. */
  readonly text: string;
}

const ANSWERS: readonly (readonly [Right, string])[] = [
  ["approve-elevation", "approve"],
  ["review-elevation", "review"],
];

/** Whether some purpose of these lets a category through at all. */
function isAllowed(policy: Policy, purposes: readonly string[], category: Category): boolean {
  if (category === "account") return true;
  return purposes.some(
    (name) => (policy.purposes.get(name)?.levels[category] ?? Level.HIDDEN) > Level.HIDDEN,
  );
}

/** An elevation is answered by somebody with another role: a role that could answer its own would watch itself. */
function elevationFaults(policy: Policy, name: string, role: Role): string[] {
  if (role.elevate.length === 0) return [];
  const others = [...policy.roles].filter(([other]) => other !== name).map(([, { rights }]) => rights);
  return ANSWERS.filter(([right]) => !others.some((rights) => rights.includes(right))).map(
    ([right, verb]) => `may be elevated, but no other role can ${verb} that. Give one the right ${right}.`,
  );
}

function deadGrants(policy: Policy, purposes: readonly string[], given: readonly Category[]): Category[] {
  return given.filter((category) => !isAllowed(policy, purposes, category));
}

function roleFaults(policy: Policy, name: string, role: Role): string[] {
  const seen = CATEGORIES.filter((category) => (role.levels[category] ?? Level.HIDDEN) > Level.HIDDEN);
  const dead = (what: string, given: readonly Category[]): string[] =>
    deadGrants(policy, role.purposes, given).map(
      (category) =>
        `${what} ${category}, which none of its purposes allows. Leave it out, or add the purpose.`,
    );
  const idle = role.elevate.filter((category) => role.levels[category] === Level.CLEAR);
  return [
    ...(role.budget === null
      ? ["has no budget. Say how many customers it may see at CLEAR in an hour."]
      : []),
    ...dead("sees", seen),
    ...dead("may be elevated to", role.elevate),
    ...dead("looks up by", role.lookup),
    ...idle.map(
      (category) => `may be elevated to ${category}, which it has at CLEAR. Leave it out of elevate.`,
    ),
    ...elevationFaults(policy, name, role),
  ];
}

function purposeFaults(policy: Policy, name: string): string[] {
  // Tokens may declare any purpose: without sets nobody can tell which of them do.
  if (policy.scopeSets.size === 0) return [];
  const holders = [...policy.roles.values(), ...policy.scopeSets.values()];
  if (holders.some(({ purposes }) => purposes.includes(name))) return [];
  return ["may be declared by no role and no scope set. Name it in one, or remove it."];
}

function scopeSetFaults(policy: Policy, name: string): string[] {
  const { scopes = [], purposes = [] } = policy.scopeSets.get(name) ?? {};
  const { levels, lookup } = grantsOf(scopes);
  const seen = CATEGORIES.filter((category) => levels[category] !== undefined);
  const dead = new Set([...deadGrants(policy, purposes, seen), ...deadGrants(policy, purposes, lookup)]);
  return [...dead].map(
    (category) =>
      `has a scope of ${category}, which none of its purposes allows. Leave it out, or add the purpose.`,
  );
}

/** What is wrong with a policy as a whole. Pure: it looks at no schema and no database. */
export function policyFaults(policy: Policy): readonly PolicyFault[] {
  const of = (what: string, texts: readonly string[]): PolicyFault[] =>
    texts.map((text) => ({ of: what, text }));
  return [
    ...[...policy.roles].flatMap(([name, role]) => of(`role ${name}`, roleFaults(policy, name, role))),
    ...[...policy.purposes.keys()].flatMap((name) => of(`purpose ${name}`, purposeFaults(policy, name))),
    ...[...policy.scopeSets.keys()].flatMap((name) => of(`scope set ${name}`, scopeSetFaults(policy, name))),
  ];
}
