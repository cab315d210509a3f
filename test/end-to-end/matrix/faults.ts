import { CATEGORIES, type Category } from "../../../src/domain/category";
import { inWords, type Cell, type Combination, type MatrixLine } from "../../policy/matrix/matrix-line";
import type { Person } from "./people";
import { isAsked, levelsOfMe, PLACES, PLACES_IN_CLEAR, seenAt, type Answered, type Place } from "./reading";
import { toldLevel } from "./records";

/** What is written of each category. */
export type Cells = Readonly<Record<Category, Cell>>;

/** One combination of a line: asked and answered. */
export interface Sample {
  readonly line: MatrixLine;
  readonly combination: Combination;
  readonly cells: Cells;
  /** What is written of the same who asks of a customer of whom there is nothing to be said. */
  readonly before: Cells;
  readonly person: Person;
  readonly answered: Answered;
}

const NAMES = { C: "CLEAR", M: "MASKED", T: "TOKEN", "-": "HIDDEN", P: "HIDDEN", B: "MASKED" } as const;

function told({ line, combination }: Pick<Sample, "line" | "combination">, what: string): string {
  return `${line.at}: ${what} (${inWords(combination)})`;
}

/** What is to be seen of a cell: an open field is whole or not there; of a consent at TOKEN not even its list is. */
function shown({ category, open }: Place, cell: Cell): Cell {
  if (cell === "P" || (category === "consent" && cell === "T")) return "-";
  if (open === true) return cell === "T" || cell === "-" ? "-" : "C";
  return cell === "B" ? "M" : cell;
}

/** The code with which a cell is hidden: by what was decided before any row, or by the customer's state. */
function hiddenBy(place: Place, { before, combination }: Sample): string {
  if (before[place.category] === "P") return "PURPOSE_REQUIRED";
  // Who sees neither content nor traffic may not ask for a message, nor who sees no account for a customer.
  const asked = place.path.startsWith("message") ? [before.content, before.traffic] : [before.account];
  if (asked.every((cell) => cell === "-")) return "FORBIDDEN";
  if (shown(place, before[place.category]) === "-") return "FIELD_HIDDEN";
  return combination.state === "ERASED" ? "ERASED" : "CONSENT_MISSING";
}

/** Where a value is not served at the level that is written. */
export function valueFaults(sample: Sample): string[] {
  return PLACES.flatMap((place) => {
    const expected = shown(place, sample.cells[place.category]);
    const code = expected === "-" ? hiddenBy(place, sample) : null;
    const seen = seenAt(sample.answered, place, sample.person, sample.line.asker);
    if (seen.cell === expected && seen.code === code) return [];
    const [wanted, got] = [`${expected} ${String(code)}`, `${seen.cell} ${String(seen.code)}`];
    return [told(sample, `${place.field} is ${got}, and ${wanted} is written`)];
  });
}

/** Where `me`, which is about no customer, or what whoever manages tokens sees of them is not as written. */
export function principalFaults(sample: Sample): string[] {
  const { before, answered } = sample;
  const levels = levelsOfMe(answered.answer);
  const faults = CATEGORIES.filter((category) => levels.get(category) !== NAMES[before[category]]).map(
    (category) =>
      told(
        sample,
        `me has ${category} at ${String(levels.get(category))}, and ${before[category]} is written`,
      ),
  );
  const tokens: unknown = answered.answer.data?.["apiTokens"];
  if (tokens === undefined) return faults;
  const isShown = JSON.stringify(tokens).includes('"createdBy":"');
  return isShown === (before.security !== "-") ? faults : [...faults, told(sample, "tokens show otherwise")];
}

/** Where the access log or the answer's own words do not say what was served. */
export function recordFaults(sample: Sample, logged: ReadonlyMap<string, string> | undefined): string[] {
  const { answered, person } = sample;
  return PLACES.filter((place) => isAsked(answered, place)).flatMap((place) => {
    const { cell } = seenAt(answered, place, person, sample.line.asker);
    // Where the list of consents is hidden nothing below it was read.
    const listHidden = place.field.startsWith("ConsentRecord") && cell === "-";
    const field = listHidden ? "Customer.consents" : place.field;
    const served = cell === "?" ? "?" : NAMES[cell];
    const [log, answer] = [logged?.get(field) ?? "nothing", toldLevel(answered.answer, field)];
    if (log === served && answer === served) return [];
    return [told(sample, `${field} was ${served}, logged ${log}, and told ${answer} in extensions.access`)];
  });
}

/** What asking for CLEAR may be refused with, by what is written. */
function refusalsInClear(category: Category, cell: Cell): readonly (string | null)[] {
  const refusals = {
    C: [null],
    B: ["DISCLOSURE_BUDGET_EXCEEDED"],
    M: ["LEVEL_TOO_HIGH"],
    T: [category === "consent" ? "FIELD_HIDDEN" : "LEVEL_TOO_HIGH"],
    P: ["PURPOSE_REQUIRED"],
    "-": ["FIELD_HIDDEN", "LEVEL_TOO_HIGH", "ERASED", "CONSENT_MISSING", "FORBIDDEN"],
  } as const;
  return refusals[cell];
}

/** Where asking for CLEAR in so many words gets more, or another refusal, than is written. */
export function inClearFaults(sample: Sample): string[] {
  return PLACES_IN_CLEAR.flatMap((place) => {
    const cell = sample.cells[place.category];
    const seen = seenAt(sample.answered, place, sample.person, sample.line.asker);
    const expected = cell === "C" ? "C" : "-";
    if (seen.cell === expected && refusalsInClear(place.category, cell).includes(seen.code)) return [];
    return [told(sample, `${place.field}(as: CLEAR) is ${seen.cell} ${String(seen.code)}, at ${cell}`)];
  });
}
