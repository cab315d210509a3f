import type { BenchCustomer } from "../records";
import { PAGE_ROWS, type Shown, type StoredRows } from "./expected";

/** One request, and the answer that it must get. */
export interface Read {
  readonly body: string;
  /** The customers that the answer shows. */
  readonly customerIds: readonly string[];
  /** The answer's `data`, where customers are shown whole or as nulls. */
  data(isShown: Shown): object;
}

const WHOLE = `id name maskedName: name(as: MASKED) phone maskedPhone: phone(as: MASKED) email
    messages(first: 50) { nodes { id body customerNumber masked: customerNumber(as: MASKED) } }`;

const DOCUMENTS = {
  ReadCustomer: `query ReadCustomer($id: ID!) { customer(id: $id) { ${WHOLE} } }`,
  ReadPage: `query ReadPage($after: String) {
  customers(first: ${String(PAGE_ROWS)}, after: $after) { nodes { id name phone email birthDate address } }
}`,
  FindByPhone: `query FindByPhone($phone: String!) { customers(filter: { phone: $phone }) { nodes { id name phone } } }`,
  WalkAll: `query WalkAll($after: String) {
  customers(first: ${String(PAGE_ROWS)}, after: $after) { edges { cursor node { ${WHOLE} } } }
}`,
} as const;

function bodyOf(operationName: keyof typeof DOCUMENTS, variables: object): string {
  return JSON.stringify({ operationName, query: DOCUMENTS[operationName], variables });
}

/** Makes reads of stored rows. */
export class Reads {
  /** Cursors by the place of the first row of a page. */
  readonly #cursors = new Map<number, string | null>([[0, null]]);

  constructor(private readonly rows: StoredRows) {}

  customer(customer: BenchCustomer): Read {
    return {
      body: bodyOf("ReadCustomer", { id: customer.id }),
      customerIds: [customer.id],
      data: (isShown) => ({ customer: this.rows.whole(customer, isShown(customer.id)) }),
    };
  }

  /** The page that a place lies on. */
  page(place: number): Read {
    const from = Math.floor(place / PAGE_ROWS) * PAGE_ROWS;
    const after = this.#cursors.get(from) ?? null;
    return {
      body: bodyOf("ReadPage", { after }),
      customerIds: this.#idsFrom(after === null ? 0 : from),
      data: (isShown) => ({ customers: { nodes: this.rows.page(after === null ? 0 : from, isShown) } }),
    };
  }

  /** Finds whoever has a customer's number. */
  phone({ phone }: BenchCustomer): Read {
    return {
      body: bodyOf("FindByPhone", { phone }),
      customerIds: [],
      data: () => ({ customers: { nodes: this.rows.owners(phone) } }),
    };
  }

  /** A page of customers with all that is stored of them; the cursor of its last row is for `learn`. */
  walk(from: number): Omit<Read, "data"> & { nodes(isShown: Shown): object[] } {
    const customers = this.rows.customers.slice(from, from + PAGE_ROWS);
    return {
      body: bodyOf("WalkAll", { after: this.#cursors.get(from) ?? null }),
      customerIds: this.#idsFrom(from),
      nodes: (isShown) => customers.map((customer) => this.rows.whole(customer, isShown(customer.id))),
    };
  }

  /** Learns how the page that begins at a place is asked for. */
  learn(from: number, cursor: string): void {
    this.#cursors.set(from, cursor);
  }

  #idsFrom(from: number): string[] {
    return this.rows.customers.slice(from, from + PAGE_ROWS).map(({ id }) => id);
  }
}
