/**
 * Whether something that was loaded at one time may still be used at another. A clock that was set back makes it unusable:
 * how long it has really been there is not known.
 */
export function isWithin(loadedAtMs: number, nowMs: number, ttlMs: number): boolean {
  const age = nowMs - loadedAtMs;
  return age >= 0 && age < ttlMs;
}
