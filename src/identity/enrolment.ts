/** What a policy says of who must set up a second factor, and by when. */
export interface EnrolmentPolicy {
  readonly roles: ReadonlyMap<string, { readonly secondFactor: boolean }>;
  readonly signIn: { readonly secondFactor: { readonly enrolWithinHours: number } };
}

/** A member of staff without a second factor. */
export interface WithoutFactor {
  readonly role: string;
  readonly createdAtMs: number;
}

const HOUR_MS = 60 * 60 * 1_000;

/**
 * Whether the time is over in which somebody may work without a second factor. A role that the policy does not have is given
 * nothing; it must not be what spares a second factor either.
 */
export function isEnrolmentOverdue(
  { role, createdAtMs }: WithoutFactor,
  { roles, signIn }: EnrolmentPolicy,
  nowMs: number,
): boolean {
  if (roles.get(role)?.secondFactor === false) return false;
  return nowMs >= createdAtMs + signIn.secondFactor.enrolWithinHours * HOUR_MS;
}
