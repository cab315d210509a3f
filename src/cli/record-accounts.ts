import { OPERATOR } from "../domain/principal";
import type { RecordChange } from "../identity/api-tokens";
import { newId } from "../installation";
import type { Fieldward } from "../main";

/** Puts a change that a command makes of a member of staff or a token on the access log. */
export function recordAccounts({ services }: Fieldward, command: string, outcome: string): RecordChange {
  return (about) =>
    services.accessLog.append({
      kind: "ACCOUNTS",
      requestId: newId(),
      principal: OPERATOR,
      purpose: null,
      operationName: `fieldward ${command}`,
      operationHash: null,
      reads: [],
      denials: [],
      ip: null,
      about,
      outcome,
    });
}
