import type { Asked, Tenants } from "./asked-values";
import type { Kind } from "./two-tenants";
import type { WayIn } from "./ways-in";

/** A write by which a partner makes its own what another tenant has too: a number, an address, a reference. */
interface Taking {
  readonly way: WayIn;
  readonly asked: readonly Asked[];
}

/**
 * Writes that succeed, since every tenant may know the same person. Each has a value of its own and one beside it that nobody
 * has: sent again and again, both become known to the caller's tenant at the same time.
 */
export function takings({ own, theirs }: Tenants): readonly Taking[] {
  const [customer = ""] = own.named.customer;
  const [phone = ""] = own.named.phone;
  const taking = (body: string, ...asked: readonly Asked[]): Taking => ({
    way: { by: "write", operation: "mutation", body, takes: asked.map((): Kind => "phone") },
    asked,
  });
  const theirOwn = (kind: Kind, i: number, unknown: string): Asked => ({
    theirs: theirs.named[kind][i] ?? "",
    unknown,
  });
  const fresh = (end: number): Asked => ({
    theirs: `+44770090050${String(end)}`,
    unknown: `+44770090051${String(end)}`,
  });
  const message = `direction: INBOUND, senderId: "a", body: "b", sentAt: "2026-01-01T00:00:00Z"`;
  return [
    taking("createCustomer(input: { phone: $x }) { status }", theirOwn("phone", 0, "+447700900520")),
    taking(
      "createCustomer(input: { externalRef: $x, phone: $y }) { status }",
      theirOwn("externalRef", 0, "nil-960"),
      fresh(0),
    ),
    taking(
      "createCustomer(input: { email: $x, phone: $y }) { status }",
      theirOwn("email", 0, "0.nobodyxmail@leak.example.org"),
      fresh(1),
    ),
    taking(
      `storeMessages(messages: [{ externalId: $x, customerNumber: "${phone}", ${message} }]) { externalId bodyStored reason duplicate }`,
      theirOwn("externalId", 0, `SM-${customer}`),
    ),
    taking(
      `storeMessages(messages: [{ externalId: $y, customerNumber: $x, ${message} }]) { bodyStored reason duplicate }`,
      theirOwn("phone", 2, "+447700900521"),
      { theirs: "taking-1", unknown: "taking-2" },
    ),
    taking(
      `updateCustomer(input: { id: "${customer}", email: $x }) { id status }`,
      theirOwn("email", 1, "1.nobodyxmail@leak.example.org"),
    ),
    taking(
      `updateCustomer(input: { id: "${customer}", phone: $x }) { id status }`,
      theirOwn("phone", 3, "+447700900522"),
    ),
  ];
}
