import type { Reader } from "../database/reader";
import { CATEGORIES, type Category } from "../domain/category";
import { Elevation } from "../domain/elevation";
import type { Principal } from "../domain/principal";

/** An elevation that is in force. */
export interface ActiveElevation {
  readonly id: string;
  readonly customerId: string;
  readonly category: Category;
  readonly expiresAtMs: number;
}

interface Remembered {
  readonly elevations: readonly ActiveElevation[];
  readonly untilMs: number;
}

const NONE: readonly ActiveElevation[] = [];
const PROPERTIES: ReadonlySet<string> = new Set(["id", "customerId", "category", "expiresAt"]);
const REMEMBERED = 10_000;

/** Far more than one person can have: requests for the same are refused while one is open. */
const MOST = 1_000;

/** As long as a revoked credential may still be taken for good. @see REVOCATION_BOUND_MS in identity/authenticator */
const REMEMBERED_MS = 2_000;

/** What is in force for each member of staff, remembered for two seconds. */
export class ActiveElevations {
  #remembered = new Map<string, Remembered>();
  /** Told apart by it: what was read before something changed here must not be remembered after. */
  #changes = 0;

  constructor(
    private readonly reader: Reader,
    private readonly clock: () => number,
  ) {}

  /** @throws FieldwardError DATABASE_UNAVAILABLE */
  async of({ kind, id }: Principal): Promise<readonly ActiveElevation[]> {
    if (kind !== "STAFF") return NONE;
    const now = this.clock();
    const known = this.#remembered.get(id);
    const elevations = known !== undefined && now < known.untilMs ? known.elevations : await this.#read(id);
    if (elevations.length === 0) return NONE;
    const then = this.clock();
    return elevations.filter(({ expiresAtMs }) => then < expiresAtMs);
  }

  /** Forgets what was read for a principal, so that a change counts here at once. */
  forget(principalId: string): void {
    this.#changes += 1;
    this.#remembered.delete(principalId);
  }

  async #read(principalId: string): Promise<readonly ActiveElevation[]> {
    const before = this.#changes;
    const now = this.clock();
    const rows = await this.reader.page({
      entity: Elevation,
      properties: PROPERTIES,
      where: [
        { property: "principalId", is: "=", value: principalId },
        { property: "expiresAt", is: ">", value: now },
      ],
      order: { properties: ["id"], descending: true },
      limit: MOST,
    });
    const elevations = rows.flatMap(active);
    if (this.#remembered.size >= REMEMBERED) this.#remembered = new Map();
    if (before === this.#changes)
      this.#remembered.set(principalId, { elevations, untilMs: now + REMEMBERED_MS });
    return elevations;
  }
}

/** A category that this version does not know raises nothing. */
function active({ id, customerId, category, expiresAt }: Elevation): ActiveElevation[] {
  const known = CATEGORIES.find((name) => name === category);
  if (known === undefined || expiresAt === null) return [];
  return [{ id, customerId, category: known, expiresAtMs: expiresAt.getTime() }];
}
