/**
 * A number or code in a message, as it might be a card, a telephone number, an order: groups of digits (or of letters
 * and digits) with what joins them. One stretch of text gives several candidates: all its groups, and fewer of them.
 */
export interface Candidate {
  readonly start: number;
  readonly end: number;
  /** Index of its first and of its last token. */
  readonly first: number;
  readonly last: number;
  /** Letters and digits only, letters in upper case: "GB7741902". */
  readonly compact: string;
  /** Groups joined by "-", with a leading "+" if there is one: "+44-20-7946-0958". */
  readonly grouped: string;
  readonly digits: number;
  /** Whether nothing of the stretch it was found in is left out. */
  readonly whole: boolean;
}
