import type { Category } from "../../../src/domain/category";
import type { Asker, Cell } from "../../policy/matrix/matrix-line";
import { defaultPolicy } from "../../policy/principals";
import { at, listAt } from "../../graphql/answers";
import type { Answer, Caller } from "../../support/gateway";
import { OF_EVERYBODY, STORED, type Person } from "./people";
import type { World } from "./world";

const ME = "me { levels { category level } }";
const CUSTOMER = `customer(id: $id) { id country name phone consents(purpose: "${OF_EVERYBODY}") { id state evidence } }`;
const MESSAGE = "message(id: $message) { id status body }";
const CUSTOMER_IN_CLEAR = `customer(id: $id) { id birthDate(as: CLEAR) email(as: CLEAR) consents(purpose: "${OF_EVERYBODY}") { id evidence(as: CLEAR) } }`;
const MESSAGE_IN_CLEAR = "message(id: $message) { id body(as: CLEAR) }";

/** What is asked, from all to as little as one who sees no customer may ask; the first that is not refused counts. */
const DOCUMENTS = {
  plain: [
    `($id: ID!, $message: ID!) { ${ME} ${CUSTOMER} ${MESSAGE} }`,
    `($id: ID!) { ${ME} ${CUSTOMER} }`,
    `($id: ID!) { ${ME} customer(id: $id) { id country } }`,
    `($managed: ID!) { ${ME} apiTokens(tenantId: $managed) { id createdBy } }`,
  ],
  inClear: [
    `($id: ID!, $message: ID!) { ${CUSTOMER_IN_CLEAR} ${MESSAGE_IN_CLEAR} }`,
    `($id: ID!) { ${CUSTOMER_IN_CLEAR} }`,
    `($id: ID!) { customer(id: $id) { id } }`,
  ],
} as const;

/** Where a field stands in the answer, and what it shows at which level. */
export interface Place {
  readonly category: Category;
  readonly path: string;
  /** The field's name in the catalogue, as the access log and the answer call it. */
  readonly field: string;
  /** An open field has no mask and no pseudonym. */
  readonly open?: true;
  readonly clear: (person: Person) => unknown;
  /** Restriction does not hold some roles. */
  readonly masked?: (person: Person, seesRestricted: boolean) => unknown;
}

/** The fields from which levels are read off: a personal and an open one of a category, where it has them. */
export const PLACES: readonly Place[] = [
  { category: "account", path: "customer.country", field: "Customer.country", open: true, clear: () => "GB" },
  {
    category: "identity",
    path: "customer.name",
    field: "Customer.name",
    clear: () => STORED.name.clear,
    masked: () => STORED.name.masked,
  },
  {
    category: "contact",
    path: "customer.phone",
    field: "Customer.phone",
    clear: ({ phone }) => phone,
    masked: ({ phone }) => `+44 ••• ${phone.slice(-2)}`,
  },
  {
    category: "content",
    path: "message.body",
    field: "Message.body",
    clear: () => STORED.body.clear,
    masked: ({ is }, seesRestricted) =>
      is.state === "RESTRICTED" && !seesRestricted ? STORED.body.restricted : STORED.body.masked,
  },
  {
    category: "traffic",
    path: "message.status",
    field: "Message.status",
    open: true,
    clear: () => "DELIVERED",
  },
  {
    category: "consent",
    path: "customer.consents.0.state",
    field: "ConsentRecord.state",
    open: true,
    clear: () => "GRANTED",
  },
  {
    category: "consent",
    path: "customer.consents.0.evidence",
    field: "ConsentRecord.evidence",
    clear: () => STORED.evidence.clear,
    masked: () => STORED.evidence.masked,
  },
];

/** The same with `as: CLEAR`, of the personal fields. */
export const PLACES_IN_CLEAR: readonly Place[] = [
  {
    category: "identity",
    path: "customer.birthDate",
    field: "Customer.birthDate",
    clear: () => STORED.birthDate.clear,
  },
  { category: "contact", path: "customer.email", field: "Customer.email", clear: () => STORED.email.clear },
  { category: "content", path: "message.body", field: "Message.body", clear: () => STORED.body.clear },
  {
    category: "consent",
    path: "customer.consents.0.evidence",
    field: "ConsentRecord.evidence",
    clear: () => STORED.evidence.clear,
  },
];

/** What was served at a place, read off the value, and the code of the error where there is none. */
export interface Seen {
  readonly cell: Cell | "?";
  readonly code: string | null;
}

/** An answer, and the code with which a document that asked for more was refused. */
export interface Answered {
  readonly answer: Answer;
  readonly refused: string | null;
}

/** Whether a place was in the document that was answered. */
export function isAsked({ answer }: Answered, { path }: Place): boolean {
  const [root = "", field = ""] = path.split(".");
  const row: unknown = answer.data?.[root];
  return row === null || (typeof row === "object" && Object.hasOwn(row, field));
}

/** The code of the error of a place, or of what stands above it. */
function codeAt({ errors = [] }: Answer, path: string): string | null {
  const error = errors.find(({ path: own }) => {
    const place = (own ?? []).join(".");
    return place === path || path.startsWith(`${place}.`);
  });
  return error === undefined ? null : String(error.extensions["code"]);
}

function seesRestricted(asker: Asker): boolean {
  return "role" in asker && defaultPolicy.roles.get(asker.role)?.restricted === true;
}

/** The level at which a value is served, by the look of it. */
export function seenAt(answered: Answered, place: Place, person: Person, asker: Asker): Seen {
  if (!isAsked(answered, place)) return { cell: "-", code: answered.refused };
  const { path, category, clear, masked } = place;
  const value = at(answered.answer, path) ?? null;
  const code = codeAt(answered.answer, path);
  if (value === null) return { cell: code === null ? "?" : "-", code };
  if (value === clear(person)) return { cell: "C", code };
  if (masked !== undefined && value === masked(person, seesRestricted(asker))) return { cell: "M", code };
  const pseudonym = typeof value === "string" && new RegExp(`^${category}_[a-z2-7]{26}$`).test(value);
  return { cell: pseudonym ? "T" : "?", code };
}

interface Name {
  readonly category?: unknown;
  readonly level?: unknown;
}

/** What `me` says of each category before any customer is looked at: the names of levels. */
export function levelsOfMe(answer: Answer): ReadonlyMap<string, string> {
  const levels = listAt(answer, "me.levels") as readonly Name[];
  return new Map(levels.map(({ category, level }) => [String(category).toLowerCase(), String(level)]));
}

const REFUSALS: ReadonlySet<string> = new Set(["FORBIDDEN", "PURPOSE_REQUIRED"]);

interface Refused {
  /** The first document that was not refused. */
  readonly from: number;
  readonly code: string | null;
}

/** Asks the gateway, and remembers which of the documents one may send. */
export class Questions {
  readonly #refused = new Map<string, Refused>();

  constructor(private readonly world: Pick<World, "gateway" | "managed">) {}

  /** @param who the same for all who may send the same documents */
  async ask(
    caller: Caller,
    who: string,
    name: string,
    person: Person,
    kind: keyof typeof DOCUMENTS = "plain",
  ): Promise<Answered> {
    const variables = { id: person.id, message: person.message, managed: this.world.managed };
    const documents: readonly string[] = DOCUMENTS[kind];
    for (;;) {
      const { from, code } = this.#refused.get(`${kind} ${who}`) ?? { from: 0, code: null };
      const answer = await this.world.gateway.query(
        caller,
        `query ${name}${String(documents[from])}`,
        variables,
      );
      const refusal = refusalOf(answer);
      if (refusal === null || from + 1 === documents.length) return { answer, refused: code };
      this.#refused.set(`${kind} ${who}`, { from: from + 1, code: refusal });
    }
  }
}

/** The code with which a document is refused as a whole, for what it asks for. */
function refusalOf({ data, errors = [] }: Answer): string | null {
  const [code = ""] = errors.map(({ extensions }) => String(extensions["code"]));
  return (data ?? null) === null && REFUSALS.has(code) ? code : null;
}
