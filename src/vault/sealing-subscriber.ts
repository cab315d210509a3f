import { EventSubscriber, type EntitySubscriberInterface, type InsertEvent, type UpdateEvent } from "typeorm";
import { hasSealedFields, type Vault } from "./vault";

/**
 * Seals before every insert and update that goes through an entity, and makes every loaded entity readable.
 *
 * It is registered as an instance, since it needs the vault: `dataSource.subscribers.push(…)` after `initialize()`.
 * TypeORM ignores a subscriber it does not know of without a word, so the start-up check looks for this one.
 */
@EventSubscriber()
export class SealingSubscriber implements EntitySubscriberInterface {
  constructor(private readonly vault: Vault) {}

  async beforeInsert(event: InsertEvent<object>): Promise<void> {
    const { entity, metadata } = event;
    if (hasSealedFields(metadata.targetName)) {
      // The query builder hands over plain objects; TypeORM would drop their sealed fields without a word.
      if (entity.constructor.name !== metadata.targetName) {
        throw new Error(
          `insert instances of ${metadata.targetName}, not plain objects: they cannot be sealed`,
        );
      }
      await this.vault.prepareSubject(entity);
    }
    await this.#seal(entity);
  }

  async beforeUpdate(event: UpdateEvent<object>): Promise<void> {
    // An update by criteria has no entity: it can only set open columns, the guarded manager and the CHECKs see to that.
    await this.#seal(event.entity);
  }

  /**
   * TypeORM sets the nullable columns that a partial entity does not hold to null once it has saved it: saved a second
   * time, the entity would erase them. Here they become "not given" again.
   */
  afterUpdate({ entity, databaseEntity, updatedColumns, metadata }: UpdateEvent<object>): void {
    const before = databaseEntity as object | undefined;
    if (entity === undefined || before === undefined) return;
    for (const column of metadata.columns.filter((candidate) => !updatedColumns.includes(candidate))) {
      const nulled = column.getEntityValue(entity) === null && column.getEntityValue(before) !== null;
      if (nulled) Reflect.set(entity, column.propertyName, undefined);
    }
  }

  /** Not `async`: TypeORM awaits what is returned, and where all keys are in memory there is nothing to wait for. */
  afterLoad(entity: object): void | Promise<void> {
    const owner = entity.constructor.name;
    if (hasSealedFields(owner)) return this.vault.attach(owner, [entity]);
  }

  async #seal(entity: object | undefined): Promise<void> {
    if (entity !== undefined && hasSealedFields(entity.constructor.name)) await this.vault.seal(entity);
  }
}
