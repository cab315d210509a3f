import type { z } from "zod";

type Issue = z.core.$ZodIssue;

const KINDS: Readonly<Record<string, string>> = {
  record: "a mapping",
  object: "a mapping",
  array: "a list",
  string: "text",
  int: "a whole number",
  number: "a number",
  boolean: "true or false",
};

function typeText({ expected }: z.core.$ZodIssueInvalidType, given: unknown): string {
  return given === undefined ? "is missing" : `must be ${KINDS[expected] ?? expected}`;
}

/** Of a list or a text it is the length that is too small or too big. */
function boundText(bound: string, origin: string): string {
  if (origin === "array") return `must name ${bound}`;
  return origin === "string" ? `must have ${bound} characters` : `must be ${bound}`;
}

/** What is wrong at a place of a policy file, for people: the rest of a sentence that begins with the place. */
export function issueText(issue: Issue, given: unknown): string {
  if (issue.code === "invalid_type") return typeText(issue, given);
  if (issue.code === "invalid_value") return `must be one of ${issue.values.map(String).join(", ")}`;
  if (issue.code === "too_small") return boundText(`at least ${String(issue.minimum)}`, issue.origin);
  if (issue.code === "too_big") return boundText(`at most ${String(issue.maximum)}`, issue.origin);
  return (issue.code === "invalid_key" ? issue.issues[0]?.message : undefined) ?? issue.message;
}
