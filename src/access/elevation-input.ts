import { CATEGORIES, type Category } from "../domain/category";
import { FieldwardError } from "../domain/errors";
import type { DeclaredPurpose } from "../domain/principal";
import type { Policy } from "../policy/policy";
import { checkCase } from "../policy/purpose-header";
import { CASE } from "../policy/purposes-file";

/** What is asked for. */
export interface ElevationWish {
  readonly customerId: string;
  readonly category: Category;
  readonly reason: string;
  /** The case that it is for; null: the one that was declared with the purpose. */
  readonly caseId: string | null;
  readonly minutes: number;
  /** Approved by whoever asks, at once: where policy allows it. */
  readonly emergency: boolean;
}

/** An emergency lasts as long as it takes to find somebody who may approve. */
const LONGEST_EMERGENCY_MINUTES = 15;
const REASON = { shortest: 10, longest: 500 } as const;
const FINDING = { shortest: 3, longest: 1_000 } as const;

const WHOLE_CASE = new RegExp(`^${CASE.source}$`);

function refuse(hint: string): never {
  throw new FieldwardError("BAD_USER_INPUT", hint);
}

/** Text that says something: bounded, without control characters but line ends, and not only dots and dashes. */
function prose(name: string, text: string, { shortest, longest }: typeof REASON | typeof FINDING): string {
  const trimmed = text.trim();
  if (trimmed.length < shortest || trimmed.length > longest)
    refuse(`${name} has ${String(shortest)} to ${longest.toLocaleString("en")} characters.`);
  if (/[^\P{Cc}\n]/u.test(trimmed)) refuse(`${name} must not hold control characters.`);
  if (!/\p{L}/u.test(trimmed)) refuse(`${name} must hold words.`);
  return trimmed;
}

/** Without a purpose nobody could say whether it needs a case, so there is none without. */
function caseOf(
  wish: ElevationWish,
  purpose: DeclaredPurpose | null,
  { purposes }: Pick<Policy, "purposes">,
): string | null {
  if (purpose === null) throw new FieldwardError("PURPOSE_REQUIRED");
  const caseId = wish.caseId ?? purpose.caseId;
  if (caseId !== null && !WHOLE_CASE.test(caseId))
    refuse("case has 1 to 64 letters, digits and characters of _ . / # -.");
  checkCase(purposes.get(purpose.purpose)?.case, caseId);
  return caseId;
}

/**
 * Checks what is asked for against the policy.
 *
 * @throws FieldwardError BAD_USER_INPUT, PURPOSE_REQUIRED where there is none or it needs a case, FORBIDDEN for an emergency
 *   that policy does not allow
 */
export function checkedWish(
  wish: ElevationWish,
  purpose: DeclaredPurpose | null,
  policy: Pick<Policy, "purposes" | "limits">,
): ElevationWish {
  const { longestMinutes, emergency } = policy.limits.elevation;
  if (wish.emergency && !emergency)
    throw new FieldwardError("FORBIDDEN", "Policy knows no emergency: ask somebody to approve it.");
  const longest = wish.emergency ? Math.min(longestMinutes, LONGEST_EMERGENCY_MINUTES) : longestMinutes;
  if (!Number.isInteger(wish.minutes) || wish.minutes < 1 || wish.minutes > longest)
    refuse(`minutes is 1 to ${String(longest)}.`);
  if (!CATEGORIES.includes(wish.category)) refuse("There is no such category.");
  return { ...wish, reason: prose("reason", wish.reason, REASON), caseId: caseOf(wish, purpose, policy) };
}

/** What a review found. @throws FieldwardError BAD_USER_INPUT */
export function checkedFinding(finding: string): string {
  return prose("finding", finding, FINDING);
}
