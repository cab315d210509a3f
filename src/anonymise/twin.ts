import { z } from "zod";
import { ALWAYS_DROPPED, type OperatorChoice, type Operator } from "./operators";
import { PERSONAL_TYPES } from "./span";

/**
 * What stands for one find in a twin: its type, and what each operator would show. No clear value is kept, and of a secret
 * nothing at all.
 */
const surrogate = z.strictObject({
  type: z.enum(PERSONAL_TYPES),
  /** Three digits, the same for the same value within one customer's conversation. */
  number: z.string().optional(),
  /** The same for the same value within a tenant. */
  pseudonym: z.string().optional(),
  mask: z.string().optional(),
  /** ISO 8601 date. */
  shift: z.string().optional(),
  coarse: z.string().optional(),
});

const storedTwin = z.array(z.union([z.string(), surrogate]));

/** @see surrogate */
export type Surrogate = z.infer<typeof surrogate>;

/** A message without its personal data: stretches of its text, and what stands for what was found between them. */
export type Twin = readonly (string | Surrogate)[];

/** As it is sealed: JSON. */
export function serialiseTwin(twin: Twin): string {
  return JSON.stringify(twin);
}

/** @throws ZodError or SyntaxError where it is no twin */
export function parseTwin(text: string): Twin {
  return storedTwin.parse(JSON.parse(text));
}

/** The text of a twin, with what each type's operator shows in the place of what was found. */
export function renderTwin(twin: Twin, choice: OperatorChoice): string {
  return twin.map((part) => (typeof part === "string" ? part : renderSurrogate(part, choice))).join("");
}

function renderSurrogate(found: Surrogate, choice: OperatorChoice): string {
  const { type } = found;
  const operator: Operator = ALWAYS_DROPPED.has(type) ? "replace" : (choice[type] ?? "replace");
  const shown = SHOWN[operator](found);
  return shown === undefined ? `[${type}]` : `[${type}${shown}]`;
}

/** What an operator adds to the type; undefined where it has nothing to show, so that the type alone stands. */
const SHOWN: Readonly<Record<Operator, (found: Surrogate) => string | undefined>> = {
  replace: () => undefined,
  numbered: ({ number }) => number && `_${number}`,
  pseudonym: ({ pseudonym }) => pseudonym && `_${pseudonym}`,
  mask: ({ mask }) => mask && ` ${mask}`,
  shift: ({ shift }) => shift && ` ${shift}`,
  coarse: ({ coarse }) => coarse && ` ${coarse}`,
};
