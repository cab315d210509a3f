import { CreateAuditTables1763800000000 } from "./audit/1763800000000-create-audit-tables";
import { CreateDataTables1763800000000 } from "./data/1763800000000-create-data-tables";
import { CreateVaultTables1763800000000 } from "./vault/1763800000000-create-vault-tables";

/** The migrations of each database, in order. Named one by one: a glob would run whatever lies in the folder. */
export const migrations = {
  data: [CreateDataTables1763800000000],
  vault: [CreateVaultTables1763800000000],
  audit: [CreateAuditTables1763800000000],
};
