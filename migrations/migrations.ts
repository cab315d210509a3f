import { AddActor1764300000000 } from "./audit/1764300000000-add-actor";
import { AddShredEntry1764100000000 } from "./audit/1764100000000-add-shred-entry";
import { CreateAuditTables1763800000000 } from "./audit/1763800000000-create-audit-tables";
import { AddSecondIndexes1764100000000 } from "./data/1764100000000-add-second-indexes";
import { AddIdentity1764300000000 } from "./data/1764300000000-add-identity";
import { AddTwin1764400000000 } from "./data/1764400000000-add-twin";
import { CreateDataTables1763800000000 } from "./data/1763800000000-create-data-tables";
import { AddKeyRotation1764100000000 } from "./vault/1764100000000-add-key-rotation";
import { CreateVaultTables1763800000000 } from "./vault/1763800000000-create-vault-tables";

/** The migrations of each database, in order. Named one by one: a glob would run whatever lies in the folder. */
export const migrations = {
  data: [
    CreateDataTables1763800000000,
    AddSecondIndexes1764100000000,
    AddIdentity1764300000000,
    AddTwin1764400000000,
  ],
  vault: [CreateVaultTables1763800000000, AddKeyRotation1764100000000],
  audit: [CreateAuditTables1763800000000, AddShredEntry1764100000000, AddActor1764300000000],
};
