/** What a conversation is about. */
export type ScriptKind =
  "code" | "delivery" | "bank" | "appointment" | "marketing" | "optOut" | "question" | "support";

/**
 * The turns of one conversation: the tenant's start with "> ", the customer's with "< ", and `{name}` stands
 * for a fact.
 */
export type Script = readonly string[];

/** All that is written in one language. */
export interface LanguageTemplates {
  /** From Sunday. */
  readonly weekdays: readonly string[];
  readonly products: readonly string[];
  /** A `marketing` script is one turn of the tenant, with STOP; an `optOut` one is what follows it. */
  readonly scripts: Readonly<Record<ScriptKind, readonly Script[]>>;
}
