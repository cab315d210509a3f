import { CATEGORIES } from "../../src/domain/category";
import type { Principal } from "../../src/domain/principal";
import { SCOPES } from "../../src/policy/scopes";
import { decidedFor, levelByPolicy } from "./matrix/level-by-policy";
import {
  AXIS_NAMES,
  combinations,
  inWords,
  nameOf,
  readValues,
  samples,
  type Asker,
  type Combination,
  type MatrixLine,
} from "./matrix/matrix-line";
import { MATRIX_ROLES, tableOfRole, tableOfScopes, tableOfSets, UNKNOWN_PURPOSE } from "./matrix/read-matrix";
import { defaultPolicy, NOW, partner, staff } from "./principals";

const PURPOSES = [...defaultPolicy.purposes.keys()];
const EVERY = combinations({ values: readValues({}) });
const TABLES = {
  ...Object.fromEntries(MATRIX_ROLES.map((role) => [`${role}.txt`, tableOfRole(role)])),
  "scopes.txt": tableOfScopes(),
  "scope-sets.txt": tableOfSets(),
};

/** Who asks, in every form that the table makes no difference between: never trained and no longer trained. */
function principalsOf(asker: Asker, trained: Combination["trained"]): Principal[] {
  if ("set" in asker) return [partner(asker.scopes, asker.purposes)];
  if (trained === "yes") return [staff(asker.role)];
  return [staff(asker.role, false), { ...staff(asker.role, false), trainedUntil: NOW }];
}

const lettersOf = (expected: MatrixLine["expected"]): string =>
  typeof expected === "string" ? expected : CATEGORIES.map((category) => expected[category]).join("");

/** Where the policy decides otherwise than a line says. */
function differences(line: MatrixLine): string[] {
  const written = lettersOf(line.expected);
  return line.values.trained.flatMap((trained) =>
    principalsOf(line.asker, trained).flatMap((principal) => {
      const decided = decidedFor(defaultPolicy, principal, line.declared, NOW);
      return combinations({ values: { ...line.values, trained: [trained] } }).flatMap((one) => {
        const got = lettersOf(typeof decided === "string" ? decided : levelByPolicy(decided, one, NOW));
        return got === written ? [] : [`${line.at}: ${written} is written, ${got} decided (${inWords(one)})`];
      });
    }),
  );
}

const keyOf = (asker: string, declared: string | null, combination: Combination): string =>
  `${asker} for ${String(declared)}: ${Object.values(combination).join(" ")}`;

/** The combinations that a table has not, or more than once, for those who ask and each purpose; and what it has besides. */
function gaps(
  lines: readonly MatrixLine[],
  names: readonly string[],
  purposes: readonly (string | null)[],
): string[] {
  const left = new Set(
    names.flatMap((name) => purposes.flatMap((purpose) => EVERY.map((one) => keyOf(name, purpose, one)))),
  );
  const unwanted = lines.flatMap((line) =>
    combinations(line).flatMap((one) => {
      const key = keyOf(nameOf(line.asker), line.declared, one);
      return left.delete(key) ? [] : [`${line.at} is there twice or too much: ${key}`];
    }),
  );
  return [...unwanted, ...[...left].map((key) => `${key} is missing`)];
}

describe("the matrix", () => {
  it("has a table of every role, and no other", () => {
    expect([...MATRIX_ROLES].sort()).toEqual([...defaultPolicy.roles.keys()].sort());
  });

  it.each(MATRIX_ROLES)("has every combination once for %s", (role) => {
    expect(gaps(tableOfRole(role), [role], [...PURPOSES, null, UNKNOWN_PURPOSE])).toEqual([]);
  });

  it("has every combination once for each scope alone", () => {
    expect(gaps(tableOfScopes(), SCOPES, PURPOSES)).toEqual([]);
  });

  it("has every combination once for each set of scopes", () => {
    const lines = tableOfSets();
    const names = [...new Set(lines.map(({ asker }) => nameOf(asker)))];
    expect(gaps(lines, names, [...PURPOSES, null, UNKNOWN_PURPOSE])).toEqual([]);
  });

  it("has every named set of the policy, with its scopes and purposes", () => {
    const askers = new Map(tableOfSets().map(({ asker }) => [nameOf(asker), asker]));
    for (const [set, { scopes, purposes }] of defaultPolicy.scopeSets)
      expect(askers.get(set)).toEqual({ set, scopes, purposes });
  });

  it("is sampled with every value of every column of a line", () => {
    const left = Object.values(TABLES)
      .flat()
      .filter((line, turn) => {
        const taken = samples(line, turn);
        return AXIS_NAMES.some(
          (axis) => new Set(taken.map((one) => one[axis])).size < line.values[axis].length,
        );
      });
    expect(left).toEqual([]);
  });
});

describe.each(Object.entries(TABLES))("the decision on every cell of %s", (_, lines) => {
  it("is the level that is written there", () => {
    expect(lines.flatMap(differences)).toEqual([]);
  });
});
