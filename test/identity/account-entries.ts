import { auditBytes } from "../graphql/past-the-gateway";
import type { TestGateway } from "../support/gateway";

interface LoggedEntry {
  readonly kind: string;
  readonly about?: string;
  readonly actor?: string;
  readonly operation?: string;
  readonly outcome?: string;
  readonly ip?: string;
  readonly reads?: readonly { readonly subjects: readonly string[] }[];
}

/** The entries of one kind on the access log, in their order. */
export async function logged(gateway: TestGateway, kind: string): Promise<LoggedEntry[]> {
  const entries = (await auditBytes(gateway)).map((bytes) => JSON.parse(bytes) as LoggedEntry);
  return entries.filter((entry) => entry.kind === kind);
}
