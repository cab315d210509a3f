import type { GraphQLResolveInfo } from "graphql";
import { Arg, Ctx, ID, Info, Int, Mutation, Query, Resolver } from "type-graphql";
import type { ElevatedRead } from "../../access/elevated-reads";
import type { ElevationActor, RecordStep } from "../../access/elevations";
import { elevationStateOf } from "../../access/elevation-states";
import { CategoryName, Level, type Category } from "../../domain/category";
import type { Elevation } from "../../domain/elevation";
import { FieldwardError } from "../../domain/errors";
import { WITHHELD } from "../../domain/mask";
import { countSubjects } from "../../lifecycle/write-record";
import { trainingCap } from "../../policy/caps";
import { entryOf } from "../access-entries";
import { Operation, selectionOf } from "../operation";
import { rowIdOf } from "../reads/arguments";
import { planOf } from "./child-loaders";
import { ElevationView } from "./elevation-types";

/** What stands where a text was whose key has been destroyed. */
const SHREDDED = "[shredded]";

const orNull = { nullable: true };

function actorOf({ principal, standing, context }: Operation): ElevationActor {
  if (principal?.kind !== "STAFF") throw new FieldwardError("FORBIDDEN");
  return { principal, standing, purpose: context.purpose };
}

/** An id that can be none is one that is not there. */
function requiredId(id: string): string {
  const rowId = rowIdOf(id);
  if (rowId === undefined) throw new FieldwardError("NOT_FOUND");
  return rowId;
}

/** Puts a step on the access log, inside its transaction. */
function recorder({ context, plan }: Operation): RecordStep {
  return ({ id: about, customerId, outcome, fields }) => {
    const levels = new Map(fields.map((field) => [field, Level.CLEAR]));
    const read = { type: "Elevation", fields: levels, subjects: new Map([[customerId, 1]]) };
    const entry = entryOf(context, plan, { kind: "ELEVATION", reads: [read], denials: [] });
    return context.services.accessLog.append({ ...entry, about, outcome });
  };
}

/** Free text, which is sealed. */
const TEXTS = ["reason", "finding"] as const;
type Text = (typeof TEXTS)[number];

/** A free text of an elevation; it goes with the key of its customer. */
function textOf(row: Elevation, field: Text): string | null {
  try {
    return row[field];
  } catch (error) {
    if (error instanceof FieldwardError && error.code === "ERASED") return null;
    throw error;
  }
}

/**
 * Elevations as they were asked for: texts are opened, and put on the access log, where they are selected. They may well name
 * the customer, so that they are withheld, as a mask does it, from staff whose training is not current.
 */
class Shown {
  readonly #selected: ReadonlySet<string>;
  /** The texts that are opened. */
  readonly #opened: readonly Text[];

  constructor(
    private readonly operation: Operation,
    info: GraphQLResolveInfo,
  ) {
    const { fields } = selectionOf(planOf(operation, info));
    this.#selected = new Set(fields.filter(({ denial }) => denial === null).map(({ name }) => name));
    const { principal } = actorOf(operation);
    const { level } = trainingCap(principal, "security", new Date(operation.context.nowMs));
    this.#opened = level === Level.CLEAR ? TEXTS.filter((text) => this.#selected.has(text)) : [];
  }

  async of(rows: readonly Elevation[]): Promise<ElevationView[]> {
    await this.#record(rows);
    const { elevations } = this.operation.context.services;
    const reads = this.#selected.has("reads") ? await elevations.readsOf(rows, this.operation) : null;
    return rows.map((row) => this.#view(row, reads?.get(row.id) ?? null));
  }

  #view(row: Elevation, reads: readonly ElevatedRead[] | null): ElevationView {
    const { elevations } = this.operation.context.services;
    const { id, customerId, approvedBy, emergency, expiresAt, reviewedAt } = row;
    return Object.assign(new ElevationView(), {
      ...{ id, customerId, approvedBy, emergency, expiresAt, reviewedAt },
      category: row.category,
      requestedBy: row.principalId,
      case: row.caseId,
      state: elevations.stateOf(row),
      reason: this.#text(row, "reason") ?? WITHHELD,
      finding: reviewedAt === null ? null : this.#text(row, "finding"),
      reads,
    });
  }

  /** null where it is not opened. */
  #text(row: Elevation, field: Text): string | null {
    return this.#opened.includes(field) ? (textOf(row, field) ?? SHREDDED) : null;
  }

  async #record(rows: readonly Elevation[]): Promise<void> {
    if (this.#opened.length === 0 || rows.length === 0) return;
    const { context, plan } = this.operation;
    const read = {
      type: "Elevation",
      fields: new Map(this.#opened.map((field) => [field, Level.CLEAR])),
      subjects: countSubjects(rows.map(({ customerId }) => customerId)),
    };
    await context.services.accessLog.append(
      entryOf(context, plan, { kind: "READ", reads: [read], denials: [] }),
    );
  }
}

async function shownOne(id: string, operation: Operation, info: GraphQLResolveInfo): Promise<ElevationView> {
  const row = await operation.context.services.elevations.one(id, actorOf(operation));
  const [view] = await new Shown(operation, info).of([row]);
  if (view === undefined) throw new FieldwardError("NOT_FOUND");
  return view;
}

@Resolver(() => ElevationView)
export class ElevationReads {
  @Query(() => [ElevationView], {
    description:
      "The newest 500, of one state or of all: REQUESTED, ACTIVE, EXPIRED (waits for review), LAPSED, REVIEWED.",
  })
  async elevations(
    @Arg("state", () => String, orNull) state: string | null,
    @Ctx() operation: Operation,
    @Info() info: GraphQLResolveInfo,
  ): Promise<ElevationView[]> {
    const wanted = typeof state === "string" ? elevationStateOf(state) : null;
    const rows = await operation.context.services.elevations.list(wanted, actorOf(operation));
    return new Shown(operation, info).of(rows);
  }
}

@Resolver(() => ElevationView)
export class ElevationWrites {
  @Mutation(() => ElevationView, {
    description:
      "`case`: left out, the one that is declared with the purpose. `emergency`: approved by yourself, at once, where policy allows it; it raises an alert.",
  })
  async requestElevation(
    @Arg("customerId", () => ID) customerId: string,
    @Arg("category", () => CategoryName) category: Category,
    @Arg("reason", () => String) reason: string,
    @Arg("case", () => String, orNull) caseId: string | null,
    @Arg("minutes", () => Int) minutes: number,
    @Arg("emergency", () => Boolean, { nullable: true, defaultValue: false }) emergency: boolean | null,
    @Ctx() operation: Operation,
    @Info() info: GraphQLResolveInfo,
  ): Promise<ElevationView> {
    const { elevations } = operation.context.services;
    const wish = {
      customerId: requiredId(customerId),
      ...{ category, reason, minutes },
      caseId: caseId ?? null,
      emergency: emergency === true,
    };
    const id = await elevations.request(wish, actorOf(operation), recorder(operation));
    return shownOne(id, operation, info);
  }

  @Mutation(() => ElevationView, { description: "It begins now. Somebody else than who asked for it." })
  async approveElevation(
    @Arg("id", () => ID) id: string,
    @Ctx() operation: Operation,
    @Info() info: GraphQLResolveInfo,
  ): Promise<ElevationView> {
    const { principal } = actorOf(operation);
    await operation.context.services.elevations.approve(requiredId(id), principal, recorder(operation));
    return shownOne(requiredId(id), operation, info);
  }

  @Mutation(() => ElevationView, {
    description: "Ends it before its time: one's own, or who may approve any.",
  })
  async endElevation(
    @Arg("id", () => ID) id: string,
    @Ctx() operation: Operation,
    @Info() info: GraphQLResolveInfo,
  ): Promise<ElevationView> {
    const { elevations } = operation.context.services;
    await elevations.end(requiredId(id), actorOf(operation), recorder(operation));
    return shownOne(requiredId(id), operation, info);
  }

  @Mutation(() => ElevationView, {
    description: "Closes one that is over. Somebody else than who asked for it.",
  })
  async reviewElevation(
    @Arg("id", () => ID) id: string,
    @Arg("finding", () => String) finding: string,
    @Ctx() operation: Operation,
    @Info() info: GraphQLResolveInfo,
  ): Promise<ElevationView> {
    const { principal } = actorOf(operation);
    const { elevations } = operation.context.services;
    await elevations.review(requiredId(id), finding, principal, recorder(operation));
    return shownOne(requiredId(id), operation, info);
  }
}
