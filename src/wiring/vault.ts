import type { Logger } from "pino";
import type { AccessLog } from "../audit/access-log";
import type { Settings } from "../config";
import { proveChecks, proveSubscriber } from "../database/sealed-checks";
import { sqlShreddableData } from "../database/shreddable-data";
import { sqlShredLedger, sqlShredNotes } from "../database/shred-ledger";
import { requireKeyTtl } from "../database/vault-setting";
import { Level } from "../domain/category";
import { StartupError } from "../domain/errors";
import { OPERATOR } from "../domain/principal";
import { newId, suiteOf, type Databases, type Keys } from "../installation";
import { BlindIndexes } from "../vault/blind-indexes";
import { atStart } from "../vault/reach";
import { openRootKeys } from "../vault/root-keys";
import { SealingSubscriber } from "../vault/sealing-subscriber";
import { Shredder, type ShredOrder } from "../vault/shredding";
import { ShredWatch } from "../vault/shred-watch";
import { Vault } from "../vault/vault";

/** The vault with everything that keeps it in order. */
export interface OpenedVault {
  readonly keys: Keys;
  readonly vault: Vault;
  readonly shredder: Shredder;
  readonly shredWatch: ShredWatch;
}

/**
 * Opens the vault and proves that the data database can hold nothing unsealed.
 *
 * @throws StartupError
 */
export async function openVault(
  settings: Settings,
  databases: Databases,
  accessLog: AccessLog,
  keys: Keys,
): Promise<OpenedVault> {
  const { store, memory, keks, keyRing, clock, ttlMs } = keys;
  await requireKek(keys);
  await requireKeyTtl(databases.vault, ttlMs);
  const rootKeys = await openRootKeys(store, keks, memory);
  const indexes = new BlindIndexes({ store, keks, memory, clock, ttlMs });
  await indexes.load().catch((error: unknown) => {
    throw atStart(error);
  });
  const vault = new Vault(keyRing, indexes, rootKeys, suiteOf(settings));
  const subscriber = new SealingSubscriber(vault);
  const { reader, writer } = databases.data;
  for (const source of new Set([reader, writer])) source.subscribers.push(subscriber);
  proveSubscriber(writer, subscriber);
  await proveChecks(writer);
  return { keys, vault, ...(await openShredding(databases, keys, accessLog, rootKeys.shred)) };
}

/** @throws StartupError where there is none yet: an installation of version 0.1.0 has to be given one */
async function requireKek({ store }: Keys): Promise<void> {
  const keks = await store.keks();
  if (keks.some(({ state, tenantId }) => state === "primary" && tenantId === null)) return;
  throw new StartupError('The vault holds no key-encryption key. Run "fieldward init"; what is there stays.');
}

async function openShredding(
  databases: Databases,
  { keyRing, clock }: Keys,
  accessLog: AccessLog,
  macKey: Uint8Array,
) {
  const ledger = sqlShredLedger(databases.vault);
  const notes = sqlShredNotes(databases.audit);
  const data = sqlShreddableData(databases.data);
  const record = (order: ShredOrder, rows: number) => recordShredding(accessLog, order, rows);
  const shredder = new Shredder({ ledger, notes, data, keyRing, record, macKey, newId, clock });
  const shredWatch = new ShredWatch({ ledger, notes, keyRing, shredder, clock });
  await shredWatch.compare();
  return { shredder, shredWatch };
}

function recordShredding(accessLog: AccessLog, order: ShredOrder, rows: number): Promise<void> {
  const subjects = new Map([[order.subjectId, rows]]);
  return accessLog.append({
    kind: "SHRED",
    requestId: order.id,
    principal: { ...OPERATOR, id: order.orderedBy, tenantId: order.tenantId },
    purpose: null,
    operationName: "shred",
    operationHash: null,
    reads: [{ type: "Customer", fields: new Map([["*", Level.HIDDEN]]), subjects }],
    denials: [],
    ip: null,
  });
}

const LOOK_MS = 5_000;
const SWEEP_MS = 1_000;

/** Does now and then what keeps keys from staying longer than they may. Answers what ends it. */
export function keepUp({ keys, vault, shredWatch }: OpenedVault, log: Logger): () => void {
  let looking = false;
  const look = async (): Promise<void> => {
    // One that is slow, on a database that does not answer, is not joined by others.
    if (looking) return;
    looking = true;
    try {
      await Promise.all([shredWatch.look(), vault.indexes.load(), keys.keks.refresh()]);
    } catch (error) {
      const code = error instanceof Error && "code" in error ? error.code : undefined;
      log.warn({ code }, "the vault could not be looked after; it will be again in five seconds");
    } finally {
      looking = false;
    }
  };
  const timers = [
    setInterval(() => void look(), LOOK_MS),
    setInterval(() => {
      keys.keyRing.sweep();
    }, SWEEP_MS),
  ];
  for (const timer of timers) timer.unref();
  return () => {
    for (const timer of timers) clearInterval(timer);
  };
}
