/** Names a consent in `Customer.consentExpiry`: its bit in two digits, so that SQL can find it. */
export function consentKey(bit: number): string {
  return `${String(bit).padStart(2, "0")}:`;
}

/** One consent's expiry in `Customer.consentExpiry`: milliseconds in thirteen digits, which compare as text and as numbers. */
export function consentExpiry(bit: number, until: Date): string {
  return `${consentKey(bit)}${String(until.getTime()).padStart(13, "0")}`;
}
