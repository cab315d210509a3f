import { IsNull, type EntityManager } from "typeorm";
import { hmac } from "../crypto/derive";
import type { RandomBytes } from "../crypto/random";
import type { DataStore } from "../database/databases";
import { RecoveryCode } from "../domain/sign-in";
import { newOneTimeCode, readOneTimeCode } from "./one-time-code";

export interface RecoveryCodesParts {
  readonly data: DataStore;
  /** 32 bytes. */
  readonly key: Uint8Array;
  readonly random: RandomBytes;
  readonly newId: () => string;
  readonly clock: () => number;
}

const CODES = 10;

/** The codes that stand in for a lost second factor. Ten, each good once; only keyed hashes of them are kept. */
export class RecoveryCodes {
  constructor(private readonly parts: RecoveryCodesParts) {}

  /** New codes, which end all older ones. They are in the answer and nowhere else. */
  async renew(manager: EntityManager, staffId: string): Promise<readonly string[]> {
    const { random, newId, clock } = this.parts;
    await this.clear(manager, staffId);
    const codes = Array.from({ length: CODES }, () => newOneTimeCode(random));
    const rows = codes.map((code) => {
      const row = new RecoveryCode();
      row.id = newId();
      row.staffId = staffId;
      row.codeHash = this.#hash(staffId, readOneTimeCode(code) ?? "");
      row.createdAt = new Date(clock());
      row.usedAt = null;
      return row;
    });
    await manager.insert(RecoveryCode, rows);
    return codes;
  }

  async clear(manager: EntityManager, staffId: string): Promise<void> {
    await manager.delete(RecoveryCode, { staffId });
  }

  /** Uses a code up. Of two who use it at once, one succeeds. */
  async use(staffId: string, code: string): Promise<boolean> {
    const text = readOneTimeCode(code);
    if (text === undefined) return false;
    const codeHash = this.#hash(staffId, text);
    const usedAt = new Date(this.parts.clock());
    const { affected } = await this.parts.data.write((manager) =>
      manager.update(RecoveryCode, { staffId, codeHash, usedAt: IsNull() }, { usedAt }),
    );
    return affected === 1;
  }

  #hash(staffId: string, code: string): string {
    return hmac(this.parts.key, `${staffId}/${code}`).toString("hex");
  }
}
