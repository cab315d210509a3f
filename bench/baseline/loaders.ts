import DataLoader from "dataloader";
import { In, type DataSource } from "typeorm";
import { pageOf, type Page } from "./connection";
import { ConsentRecord } from "./consent-record";
import { Customer } from "./customer";
import { Message } from "./message";

/** What nested fields are fetched with: one query for all the parents of a request. */
export interface Loaders {
  readonly customer: DataLoader<string, Customer | undefined>;
  readonly consents: DataLoader<string, ConsentRecord[]>;
  /** The first page of each customer's messages. */
  messages(first: number): DataLoader<string, Page<Message>>;
}

export function createLoaders(dataSource: DataSource): Loaders {
  const messagesByFirst = new Map<number, DataLoader<string, Page<Message>>>();
  return {
    customer: new DataLoader((ids) => loadCustomers(dataSource, ids)),
    consents: new DataLoader((ids) => loadConsents(dataSource, ids)),
    messages(first) {
      let loader = messagesByFirst.get(first);
      if (loader === undefined) {
        loader = new DataLoader((ids) => loadMessagePages(dataSource, ids, first));
        messagesByFirst.set(first, loader);
      }
      return loader;
    },
  };
}

async function loadCustomers(
  dataSource: DataSource,
  ids: readonly string[],
): Promise<(Customer | undefined)[]> {
  const rows = await dataSource.getRepository(Customer).findBy({ id: In(ids) });
  const byId = new Map(rows.map((row) => [row.id, row]));
  return ids.map((id) => byId.get(id));
}

async function loadConsents(dataSource: DataSource, ids: readonly string[]): Promise<ConsentRecord[][]> {
  const rows = await dataSource.getRepository(ConsentRecord).find({
    where: { customerId: In(ids) },
    order: { recordedAt: "DESC", id: "DESC" },
  });
  const byCustomer = groupByCustomer(rows);
  return ids.map((id) => byCustomer.get(id) ?? []);
}

async function loadMessagePages(
  dataSource: DataSource,
  ids: readonly string[],
  first: number,
): Promise<Page<Message>[]> {
  const rows = await newestMessages(dataSource, ids, first + 1);
  const byCustomer = groupByCustomer(rows);
  return ids.map((id) => pageOf(byCustomer.get(id) ?? [], first, undefined));
}

/** At most `limit` of each customer's messages, newest first. */
async function newestMessages(
  dataSource: DataSource,
  customerIds: readonly string[],
  limit: number,
): Promise<Message[]> {
  const messages = dataSource.getRepository(Message);
  const [only, ...others] = customerIds;
  if (only !== undefined && others.length === 0) {
    return messages.find({ where: { customerId: only }, order: { sentAt: "DESC", id: "DESC" }, take: limit });
  }
  const ranked = messages
    .createQueryBuilder("ranked")
    .select("ranked.id", "id")
    .addSelect(
      "ROW_NUMBER() OVER (PARTITION BY ranked.customer_id ORDER BY ranked.sent_at DESC, ranked.id DESC)",
      "place",
    )
    .where("ranked.customer_id IN (:...customerIds)", { customerIds });
  return messages
    .createQueryBuilder("message")
    .innerJoin(`(${ranked.getQuery()})`, "page", "page.id = message.id AND page.place <= :limit", { limit })
    .setParameters(ranked.getParameters())
    .orderBy({ "message.sentAt": "DESC", "message.id": "DESC" })
    .getMany();
}

function groupByCustomer<Row extends { customerId: string }>(rows: readonly Row[]): Map<string, Row[]> {
  const groups = new Map<string, Row[]>();
  for (const row of rows) {
    const group = groups.get(row.customerId);
    if (group === undefined) groups.set(row.customerId, [row]);
    else group.push(row);
  }
  return groups;
}
