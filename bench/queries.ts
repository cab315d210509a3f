import type { Dataset } from "./data";

export interface BenchQuery {
  readonly name: "Q1" | "Q2" | "Q3" | "Q4";
  readonly title: string;
  /** Whether it asks for one customer, by `$id`. */
  readonly byCustomer: boolean;
  readonly document: string;
}

const CUSTOMER_FIELDS = "id name birthDate phone email address country language status createdAt";

export const QUERIES: readonly BenchQuery[] = [
  {
    name: "Q1",
    title: "one customer",
    byCustomer: true,
    document: `query Q1($id: ID!) { customer(id: $id) { ${CUSTOMER_FIELDS} } }`,
  },
  {
    name: "Q2",
    title: "one customer, 50 messages, consents",
    byCustomer: true,
    document: `query Q2($id: ID!) {
  customer(id: $id) {
    ${CUSTOMER_FIELDS}
    messages(first: 50) {
      nodes { id direction senderId customerNumber body status sentAt deliveredAt segments }
      pageInfo { hasNextPage }
    }
    consents { id purpose state legalBasis method jurisdiction noticeVersion recordedAt validUntil }
  }
}`,
  },
  {
    name: "Q3",
    title: "100 customers",
    byCustomer: false,
    document: `query Q3 { customers(first: 100) { nodes { ${CUSTOMER_FIELDS} } } }`,
  },
  {
    name: "Q4",
    title: "1,000 messages",
    byCustomer: false,
    document: `query Q4 {
  messages(first: 1000) {
    nodes { id customerId direction senderId customerNumber body status sentAt deliveredAt segments }
  }
}`,
  },
];

/** The request bodies to send, in turn: one for each of `count` random customers, or the only one there is. */
export function requestBodies(
  { name, document, byCustomer }: BenchQuery,
  dataset: Dataset,
  count: number,
): string[] {
  if (!byCustomer) return [JSON.stringify({ operationName: name, query: document })];
  return dataset
    .sampleCustomerIds(count)
    .map((id) => JSON.stringify({ operationName: name, query: document, variables: { id } }));
}
