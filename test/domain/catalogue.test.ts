import { DataSource } from "typeorm";
import { auditEntities } from "../../src/audit/audit-entry";
import { makeDataSource } from "../../src/database/data-source";
import { CATEGORIES, Level, levelName, levelOf } from "../../src/domain/category";
import {
  classifiedField,
  personalFieldsOf,
  sealedColumnsOf,
  subjectProperty,
} from "../../src/domain/classified";
import { dataEntities } from "../../src/domain/entities";
import { ERRORS, FieldwardError } from "../../src/domain/errors";
import { vaultEntities } from "../../src/vault/key-entities";

/** Builds the metadata of entities without connecting. */
class Metadata extends DataSource {
  build(): Promise<void> {
    return this.buildMetadatas();
  }
}

describe("every column of every entity", () => {
  it("is classified, or is envelope or index of a sealed one", async () => {
    const entities = [...dataEntities, ...vaultEntities, ...auditEntities];
    const { options } = makeDataSource({
      target: { type: "sqlite", path: "/tmp/none.db" },
      entities,
      migrations: [],
    });
    const source = new Metadata(options);
    await source.build();
    const stray = source.entityMetadatas.flatMap((metadata) => {
      const sealed = sealedColumnsOf(metadata.targetName).flatMap(({ ct, bi }) => [ct, ...(bi ?? [])]);
      return metadata.columns
        .map(({ propertyName }) => propertyName)
        .filter((property) => classifiedField(metadata.targetName, property) === undefined)
        .filter((property) => !sealed.includes(property))
        .map((property) => `${metadata.targetName}.${property}`);
    });
    expect(source.entityMetadatas).toHaveLength(22);
    expect(stray).toEqual([]);
  });

  it.each([
    ["Customer", ["name", "birthDate", "phone", "email", "address"], "id"],
    ["Message", ["customerNumber", "body"], "customerId"],
    ["ConsentRecord", ["evidence"], "customerId"],
    ["Staff", ["email", "name", "totpSecret", "pendingTotpSecret"], undefined],
    ["Elevation", ["reason", "finding"], "customerId"],
    ["Alert", ["reason", "note"], undefined],
    ["Tenant", [], undefined],
  ])("that is personal in %s is sealed: %j", (owner, properties, subject) => {
    expect(personalFieldsOf(owner).map(({ sealed }) => sealed.property)).toEqual(properties);
    expect(subjectProperty(owner)).toBe(subject);
  });

  it("that is sealed and no personal field is served to nobody, and is the twin of one", () => {
    const owners = [...dataEntities, ...vaultEntities, ...auditEntities].map(({ name }) => name);
    const unserved = owners.flatMap((owner) =>
      sealedColumnsOf(owner).filter(({ property }) => classifiedField(owner, property)?.form !== "personal"),
    );
    const twins = owners.flatMap((owner) => personalFieldsOf(owner).flatMap(({ twin }) => twin ?? []));
    expect(unserved.map(({ table, column }) => `${table}.${column}`)).toEqual(["message.body_twin"]);
    expect(twins).toEqual(unserved);
    expect(classifiedField("Message", "bodyTwin")?.form).toBe("internal");
  });
});

describe("the levels", () => {
  it("are ordered, and have names that lead back to them", () => {
    expect([Level.HIDDEN, Level.TOKEN, Level.MASKED, Level.CLEAR]).toEqual([0, 1, 2, 3]);
    for (const level of [Level.HIDDEN, Level.TOKEN, Level.MASKED, Level.CLEAR]) {
      expect(levelOf(levelName(level).toLowerCase())).toBe(level);
    }
    expect(["", "0", "clear ", "constructor", "toString"].map(levelOf)).toEqual(Array(5).fill(undefined));
    expect(CATEGORIES).toHaveLength(7);
  });
});

describe("the catalogue of errors", () => {
  it.each(Object.entries(ERRORS))("has a status and a sentence for %s", (_code, { status, text }) => {
    expect([200, 400, 401, 403, 404, 409, 429, 500, 503]).toContain(status);
    expect(text).toMatch(/^[A-Z].*\.$/);
  });

  it("is what DESIGN §6 lists, no more and no less", () => {
    const listed =
      "UNAUTHENTICATED FORBIDDEN FIELD_HIDDEN LEVEL_TOO_HIGH FIELD_NOT_FILTERABLE PURPOSE_REQUIRED PURPOSE_NOT_ALLOWED " +
      "CONSENT_MISSING TRAINING_REQUIRED DISCLOSURE_BUDGET_EXCEEDED RATE_LIMITED QUERY_TOO_COMPLEX ERASED FIELD_TAMPERED " +
      "AUDIT_UNAVAILABLE VAULT_UNAVAILABLE DATABASE_UNAVAILABLE BAD_USER_INPUT CONFLICT NOT_FOUND INTERNAL";
    expect(Object.keys(ERRORS)).toEqual(listed.split(" "));
  });

  it("gives an error its text, a hint and a status, and keeps the cause from the message", () => {
    const error = new FieldwardError("NOT_FOUND", "Look elsewhere.", { cause: new Error("row 7") });
    expect(error.message).toBe("There is no such thing, or you may not know of it. Look elsewhere.");
    expect(error.status).toBe(404);
    expect(error.message).not.toContain("row 7");
  });
});
