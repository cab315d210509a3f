import { customerCap } from "../access/customer-cap";
import type { Settings } from "../config";
import { Level, levelName, type Category } from "../domain/category";
import { StartupError } from "../domain/errors";
import type { Principal } from "../domain/principal";
import { permitOperation } from "../graphql/rules/operations";
import type { Fieldward } from "../main";
import { decide, purposesOf } from "../policy/decide";
import { explanationOf, type Explanation } from "../policy/explanation";
import type { SubjectState } from "../policy/gate";
import { loadPolicy, type Policy } from "../policy/policy";
import { suggestion } from "../policy/read-policy-file";
import { customerState, isElevated } from "./policy-explain-customer";
import { policyFields, servedLevel, type PolicyField } from "./policy-fields";
import { checkName, principalNamed, storedPrincipal } from "./policy-principals";
import { report, type ReportOptions } from "./terminal";
import { withFieldward } from "./with-fieldward";

/** What `fieldward policy explain` takes. */
export interface ExplainOptions extends ReportOptions {
  readonly purpose?: string;
}

/** A particular customer, and whether an elevation of the principal holds for it. */
interface Subject {
  readonly state: SubjectState;
  readonly elevated: boolean;
}

/** Of whom, of what and when something is explained. */
interface Question {
  readonly policy: Policy;
  readonly principal: Principal;
  readonly field: PolicyField;
  readonly now: Date;
  readonly subject: Subject | undefined;
}

/** What a principal gets of a field under a purpose, and why. */
interface Answer {
  readonly purpose: string | null;
  /** As it is served: of an open field all or nothing. */
  readonly level: string;
  readonly because: string;
  readonly toRaise: string | null;
  readonly rules: readonly {
    readonly rule: string;
    readonly level: string;
    readonly because: string;
    readonly decides: boolean;
  }[];
}

function fieldNamed(coordinate: string): PolicyField {
  const fields = policyFields();
  const found = fields.find((field) => field.coordinate === coordinate);
  if (found !== undefined) return found;
  const names = fields.map((field) => field.coordinate);
  throw new StartupError(
    `FIELD is a field of the schema, such as Customer.phone.${suggestion(coordinate, names)}`,
  );
}

function explanation(question: Question, category: Category, purpose: string | null): Explanation {
  const { policy, principal, now, subject } = question;
  const order = { principal, purpose, category, now };
  if (subject === undefined) return explanationOf(policy, order);
  const standing = decide(policy, principal, purpose, now);
  const customer = customerCap(standing, subject.state, category, now.getTime());
  return explanationOf(policy, { ...order, customer, isElevated: subject.elevated });
}

function operationAnswer({ policy, principal, field, now }: Question, purpose: string | null): Answer {
  const standing = decide(policy, principal, purpose, now);
  const permitted = permitOperation(field.coordinate, { principal, standing, lifts: new Set() });
  const because = permitted === true ? "this operation is open to it" : (permitted.hint ?? permitted.message);
  return { purpose, level: permitted === true ? "may" : "may not", because, toRaise: null, rules: [] };
}

function answerOf(question: Question, purpose: string | null): Answer {
  const { field } = question;
  if (field.category === null) return operationAnswer(question, purpose);
  const found = explanation(question, field.category, purpose);
  const level = servedLevel(field, found);
  return {
    purpose,
    level: levelName(level),
    because: found.because,
    toRaise: level === Level.CLEAR ? null : found.toRaise,
    rules: found.rules.map(({ rule, level: cap, because }, i) => ({
      rule,
      level: levelName(cap),
      because,
      decides: i === found.decisive,
    })),
  };
}

/** A partner that is only named is taken for one of the customer's tenant. */
function inTenantOf(principal: Principal, state: SubjectState | undefined): Principal {
  return principal.kind === "PARTNER" && state !== undefined
    ? { ...principal, tenantId: state.tenantId }
    : principal;
}

async function storedQuestion(
  fieldward: Fieldward,
  given: { readonly named: Principal | undefined; readonly id: string; readonly field: PolicyField },
  customerId: string | undefined,
): Promise<Question> {
  const { named, id, field } = given;
  const stored = named ?? (await storedPrincipal(fieldward, id));
  const state = customerId === undefined ? undefined : await customerState(fieldward, customerId);
  const principal = named === undefined ? stored : inTenantOf(stored, state);
  const { policy, clock } = fieldward.services;
  const question = { policy, principal, field, now: new Date(clock()) };
  if (state === undefined || customerId === undefined) return { ...question, subject: undefined };
  const elevated =
    field.category !== null && (await isElevated(fieldward, principal, customerId, field.category));
  return { ...question, subject: { state, elevated } };
}

function answerText({ field }: Question, who: string, answer: Answer): string {
  const width = Math.max(0, ...answer.rules.map(({ rule }) => rule.length));
  const steps = answer.rules.map(
    ({ rule, level, because, decides }, i) =>
      `  ${String(i + 1)}. ${rule.padEnd(width)}  ${level.padEnd(6)}  ${because}${decides ? "  <- decides" : ""}`,
  );
  const purpose = answer.purpose === null ? "without a purpose" : `under purpose ${answer.purpose}`;
  const open = field.form === "open" ? " (served whole from MASKED up)" : "";
  const raise = answer.toRaise === null ? [] : [`  To raise it: ${answer.toRaise}.`];
  const why = steps.length === 0 ? [`  ${answer.because}`] : steps;
  return [`${field.coordinate} for ${who} ${purpose}: ${answer.level}${open}`, ...why, ...raise].join("\n");
}

function tell(question: Question, who: string, options: ExplainOptions): void {
  const { policy, principal, field } = question;
  const all = purposesOf(principal, policy);
  const asked = options.purpose === undefined ? all : [options.purpose];
  const answers = (asked.length === 0 ? [null] : asked).map((purpose) => answerOf(question, purpose));
  const result = { principal: who, field: field.coordinate, category: field.category, answers };
  report(options, result, answers.map((answer) => answerText(question, who, answer)).join("\n\n"));
}

/** `fieldward policy explain`: what a principal gets of a field, every rule that was asked, and what would raise it. */
export async function explainPolicy(
  settings: Settings,
  who: string,
  coordinate: string,
  customerId: string | undefined,
  options: ExplainOptions,
): Promise<void> {
  const policy = loadPolicy(settings.FIELDWARD_POLICY_DIR);
  if (options.purpose !== undefined) checkName("purpose", options.purpose, policy.purposes.keys());
  const field = fieldNamed(coordinate);
  const named = principalNamed(who, policy);
  if (named !== undefined && customerId === undefined) {
    tell({ policy, principal: named, field, now: new Date(0), subject: undefined }, who, options);
    return;
  }
  await withFieldward(settings, async (fieldward) => {
    tell(await storedQuestion(fieldward, { named, id: who, field }, customerId), who, options);
  });
}
