/** When sign-ins that fail lock out, and for how long: each further lock-out is twice as long, up to the longest. */
export interface LockOutPolicy {
  readonly failures: number;
  readonly firstSeconds: number;
  readonly longestSeconds: number;
}

/** The numbers of `policy/sign-in.yaml` that sign-ins go by. */
export interface SignInPolicy {
  readonly session: { readonly hours: number; readonly idleMinutes: number };
  readonly secondFactor: { readonly enrolWithinHours: number };
  readonly lockOut: { readonly account: LockOutPolicy; readonly address: LockOutPolicy };
  readonly passwords: { readonly shortest: number; readonly activationHours: number };
}

/** Asked at each use, since a policy can be loaded anew while serving. */
export type SignInPolicyNow = () => SignInPolicy;
