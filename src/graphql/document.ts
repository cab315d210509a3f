/** How many tokens a document may have: a bound on parsing, before anything is known of the caller. */
export const MOST_TOKENS = 3_000;
