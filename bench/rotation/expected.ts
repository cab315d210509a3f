import { maskName, maskPhone } from "../../src/domain/mask";
import type { Dataset } from "../data";
import type { BenchCustomer, BenchMessage } from "../records";

/** What a read is to find of each customer: everything, or nothing, once it has been shredded. */
export type Shown = (customerId: string) => boolean;

export const PAGE_ROWS = 25;

const byText = (a: string, b: string): number => (a < b ? -1 : Number(a > b));

/** The rows as they were stored, and the answers that they make. */
export class StoredRows {
  /** In the order of `Query.customers`. */
  readonly customers: readonly BenchCustomer[];
  readonly #places: ReadonlyMap<string, number>;
  readonly #messages = new Map<string, BenchMessage[]>();
  readonly #byPhone = new Map<string, BenchCustomer[]>();

  constructor(dataset: Dataset) {
    this.customers = dataset.customers.toSorted((a, b) => byText(a.id, b.id));
    this.#places = new Map(this.customers.map(({ id }, place) => [id, place]));
    for (const message of dataset.messages()) append(this.#messages, message.customerId, message);
    for (const messages of this.#messages.values()) {
      messages.sort((a, b) => b.sentAt.getTime() - a.sentAt.getTime() || byText(b.id, a.id));
    }
    for (const customer of this.customers) append(this.#byPhone, customer.phone, customer);
  }

  place(customerId: string): number {
    return this.#places.get(customerId) ?? 0;
  }

  /** A customer as the fragment `Whole` of the queries asks for it. */
  whole({ id, name, phone, email }: BenchCustomer, shown: boolean): object {
    const value = (of: string): string | null => (shown ? of : null);
    const nodes = (this.#messages.get(id) ?? []).map((message) => ({
      id: message.id,
      body: message.body,
      customerNumber: message.customerNumber,
      masked: maskPhone(message.customerNumber),
    }));
    return {
      id,
      name: value(name),
      maskedName: value(maskName(name)),
      phone: value(phone),
      maskedPhone: value(maskPhone(phone)),
      email: value(email),
      messages: shown ? { nodes } : null,
    };
  }

  /** The page of customers that begins at a place, as the query `ReadPage` asks for it. */
  page(from: number, isShown: Shown): object[] {
    return this.customers
      .slice(from, from + PAGE_ROWS)
      .map(({ id, name, phone, email, birthDate, address }) => {
        const value = (of: string): string | null => (isShown(id) ? of : null);
        return {
          id,
          name: value(name),
          phone: value(phone),
          email: value(email),
          birthDate: value(birthDate),
          address: value(address),
        };
      });
  }

  /** Who has a number, of all tenants, as the query `FindByPhone` asks for it. */
  owners(ofPhone: string): object[] {
    return (this.#byPhone.get(ofPhone) ?? []).map(({ id, name, phone }) => ({ id, name, phone }));
  }
}

function append<T>(lists: Map<string, T[]>, key: string, item: T): void {
  const list = lists.get(key);
  if (list === undefined) lists.set(key, [item]);
  else list.push(item);
}
