function isPart(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null;
}

/** The messages and consents of an answer that stand below, or above, another customer than the one that they name. */
export function straysIn(value: unknown, below?: unknown): string[] {
  if (!isPart(value)) return [];
  const { id, customerId, customer } = value;
  if (customerId === undefined) return Object.values(value).flatMap((part) => straysIn(part, id ?? below));
  const above = isPart(customer) ? customer["id"] : undefined;
  const others = [below, above].filter((other) => other !== undefined && other !== customerId);
  return [...others.map(() => String(id)), ...straysIn(customer)];
}
