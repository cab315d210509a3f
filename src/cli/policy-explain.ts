import { customerExplanation, type CustomerControls } from "../access/customer-explanation";
import type { Settings } from "../config";
import { Level, levelName, type Category } from "../domain/category";
import { StartupError } from "../domain/errors";
import { NOBODY, type Principal } from "../domain/principal";
import { permitOperation } from "../graphql/rules/operations";
import type { StoredPrincipal } from "../identity/principals";
import type { Fieldward } from "../main";
import type { Operators } from "../policy/anonymiser-file";
import { decide, purposesOf } from "../policy/decide";
import { explanationOf, signInCap, type Explanation } from "../policy/explanation";
import { operatorsFor } from "../policy/operators-for";
import { loadPolicy, type Policy } from "../policy/policy";
import { suggestion } from "../policy/read-policy-file";
import { customerState, type ExplainedCustomer } from "./policy-explain-customer";
import { policyFields, servedLevel, type PolicyField } from "./policy-fields";
import { operatorsText } from "./policy-operators";
import { checkName, principalNamed, storedPrincipal } from "./policy-principals";
import { report, type ReportOptions } from "./terminal";
import { withFieldward } from "./with-fieldward";

/** What `fieldward policy explain` takes. */
export interface ExplainOptions extends ReportOptions {
  readonly purpose?: string;
}

/** A particular customer, and what of its elevations and of the hour's budget is asked. */
interface Subject {
  readonly customer: ExplainedCustomer;
  readonly controls: CustomerControls;
}

/** Of whom, of what and when something is explained. */
interface Question extends StoredPrincipal {
  readonly policy: Policy;
  readonly field: PolicyField;
  readonly nowMs: number;
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
  /** What stands for personal data in message text; only where that is read at MASKED. */
  readonly operators?: Operators;
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

async function explanation(
  question: Question,
  category: Category,
  purpose: string | null,
): Promise<Explanation> {
  const { policy, principal, maySignIn, field, nowMs, subject } = question;
  const order = { principal, maySignIn, purpose, category };
  if (subject === undefined) return explanationOf(policy, { ...order, now: new Date(nowMs) });
  const { customer, controls } = subject;
  const isPersonal = field.form === "personal";
  return customerExplanation(policy, controls, { ...order, isPersonal, customer, nowMs });
}

function operationAnswer(question: Question, purpose: string | null): Answer {
  const { policy, principal, maySignIn, field, nowMs } = question;
  const standing = decide(policy, principal, purpose, new Date(nowMs));
  const caller = maySignIn ? principal : null;
  const permitted = permitOperation(field.coordinate, { principal: caller, standing, lifts: new Set() });
  if (permitted === true)
    return { purpose, level: "may", because: "this operation is open to it", toRaise: null, rules: [] };
  const because = signInCap(question)?.because ?? permitted.hint ?? permitted.message;
  return { purpose, level: "may not", because, toRaise: null, rules: [] };
}

async function answerOf(question: Question, purpose: string | null): Promise<Answer> {
  const { field } = question;
  if (field.category === null) return operationAnswer(question, purpose);
  const found = await explanation(question, field.category, purpose);
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
    ...shownInText(question, level),
  };
}

/** Message text at MASKED is its anonymised twin: what stands in it for what was found. */
function shownInText({ policy, principal, field }: Question, level: Level): Pick<Answer, "operators"> {
  if (field.category !== "content" || level !== Level.MASKED) return {};
  return { operators: operatorsFor(principal, policy) };
}

/** A partner that is only named is taken for one of the customer's tenant. */
function inTenantOf(principal: Principal, customer: ExplainedCustomer | undefined): Principal {
  return principal.kind === "PARTNER" && customer !== undefined
    ? { ...principal, tenantId: customer.tenantId }
    : principal;
}

async function storedQuestion(
  fieldward: Fieldward,
  given: { readonly named: Principal | undefined; readonly who: string; readonly field: PolicyField },
  customerId: string | undefined,
): Promise<Question> {
  const { named, who, field } = given;
  const { services } = fieldward;
  const stored = named === undefined ? await storedPrincipal(fieldward, who) : undefined;
  const asked = { about: stored?.principal.id ?? who, field: field.coordinate };
  const customer = customerId === undefined ? undefined : await customerState(fieldward, customerId, asked);
  return {
    ...(stored ?? { principal: inTenantOf(named ?? NOBODY, customer), maySignIn: true }),
    policy: services.policy,
    field,
    nowMs: services.clock(),
    subject: customer === undefined ? undefined : { customer, controls: services },
  };
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
  const shown = answer.operators === undefined ? [] : [`  In the text: ${operatorsText(answer.operators)}.`];
  const why = steps.length === 0 ? [`  ${answer.because}`] : steps;
  return [
    `${field.coordinate} for ${who} ${purpose}: ${answer.level}${open}`,
    ...why,
    ...shown,
    ...raise,
  ].join("\n");
}

async function tell(question: Question, who: string, options: ExplainOptions): Promise<void> {
  const { policy, principal, field } = question;
  const all = purposesOf(principal, policy);
  const asked = options.purpose === undefined ? all : [options.purpose];
  const purposes = asked.length === 0 ? [null] : asked;
  const answers = await Promise.all(purposes.map((purpose) => answerOf(question, purpose)));
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
    const question = { policy, principal: named, maySignIn: true, field, nowMs: 0, subject: undefined };
    return tell(question, who, options);
  }
  await withFieldward(settings, async (fieldward) => {
    await tell(await storedQuestion(fieldward, { named, who, field }, customerId), who, options);
  });
}
