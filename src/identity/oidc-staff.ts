import type { AccessLog } from "../audit/access-log";
import type { DataStore } from "../database/databases";
import { FieldwardError } from "../domain/errors";
import { normaliseEmail } from "../domain/normalise";
import { Staff } from "../domain/staff";
import type { CredentialStore, FoundBySubject, StaffIndex } from "./credential-store";
import { accountsEntry, NO_PASSWORD, PERSON_NAME } from "./directory";

/** What the staff of an identity provider are found and made with. */
export interface OidcStaffParts {
  readonly data: DataStore;
  readonly credentials: Pick<CredentialStore, "staffByExternalId" | "staffByEmail">;
  readonly accessLog: AccessLog;
  readonly findEmail: (email: string) => Promise<StaffIndex>;
  /** What stands in `staff.external_id` for a subject of the provider. */
  readonly hashSubject: (subject: string) => string;
  /** Tells the log why a person with a valid token was refused. */
  readonly warn: (what: string) => void;
  /** Whether who is not known is made; not where a directory says who there is: whom that does not know it cannot end. */
  readonly joins: boolean;
  readonly newId: () => string;
  readonly clock: () => number;
}

/** What a verified token says of its bearer. */
export interface Subject {
  readonly sub: string;
  readonly email?: unknown;
  readonly email_verified?: unknown;
  readonly name?: unknown;
}

/** A member of staff that may act. */
export interface KnownStaff {
  readonly id: string;
  /** That of the token, or where a directory says who there is, the directory's. */
  readonly role: string;
  readonly trainedUntil: Date | null;
}

const BY = "oidc";

/** An address that the provider does not vouch for is not kept: it might be another's. @see OIDC Core 1.0 §5.7 */
function addressOf({ email, email_verified: verified }: Subject): string | null {
  if (typeof email !== "string" || (verified !== true && verified !== "true")) return null;
  try {
    normaliseEmail(email);
    return email;
  } catch {
    return null;
  }
}

/**
 * The member of staff that a subject of the identity provider is.
 *
 * Found by the subject and never by the e-mail address: whoever may set an address at the provider would be whom they like
 * here. Who is not known yet is made on first sight. Who is disabled or frozen here stays out, whatever the token says.
 */
export class OidcStaff {
  constructor(private readonly parts: OidcStaffParts) {}

  /** `undefined`: may not act. @throws FieldwardError DATABASE_UNAVAILABLE, AUDIT_UNAVAILABLE, VAULT_UNAVAILABLE */
  async bySubject(subject: Subject, role: string): Promise<KnownStaff | undefined> {
    const externalId = this.parts.hashSubject(subject.sub);
    const found = await this.parts.credentials.staffByExternalId(externalId);
    return found === undefined ? this.#firstSight(subject, externalId, role) : this.#known(found, role);
  }

  async #known(found: FoundBySubject, role: string): Promise<KnownStaff | undefined> {
    if (!found.usable) return undefined;
    const { id, trainedUntilMs } = found;
    if (this.parts.joins && found.role !== role) await this.#setRole(id, role);
    return {
      id,
      role: this.parts.joins ? role : found.role,
      trainedUntil: trainedUntilMs === null ? null : new Date(trainedUntilMs),
    };
  }

  /** What the row says is what `user list` shows: it follows the provider. */
  async #setRole(id: string, role: string): Promise<void> {
    await this.parts.data.write(async (manager) => {
      await manager.update(Staff, { id }, { role });
      await this.#record("oidc role", id);
    });
  }

  async #firstSight(subject: Subject, externalId: string, role: string): Promise<KnownStaff | undefined> {
    if (!this.parts.joins) {
      this.parts.warn(
        "somebody is not known to the directory: provision them by SCIM, with their subject as externalId",
      );
      return undefined;
    }
    const email = addressOf(subject);
    if (email !== null && (await this.#isTaken(email))) {
      this.#warn();
      return undefined;
    }
    const row = this.#rowOf(subject, email, externalId, role);
    try {
      await this.parts.data.write(async (manager) => {
        await manager.insert(Staff, row);
        await this.#record("oidc first sight", row.id);
      });
      return { id: row.id, role, trainedUntil: null };
    } catch (error) {
      if (!(error instanceof FieldwardError) || error.code !== "CONFLICT") throw error;
      // Another request, or replica, has seen this person first; or another person has this address by now.
      const found = await this.parts.credentials.staffByExternalId(externalId);
      if (found !== undefined) return this.#known(found, role);
      this.#warn();
      return undefined;
    }
  }

  async #isTaken(email: string): Promise<boolean> {
    return (await this.parts.credentials.staffByEmail(await this.parts.findEmail(email))) !== undefined;
  }

  #warn(): void {
    this.parts.warn(
      "a person of the identity provider has the e-mail address of a user who is not bound to it: bind that user by SCIM (externalId)",
    );
  }

  #rowOf({ name }: Subject, email: string | null, externalId: string, role: string): Staff {
    const row = new Staff();
    row.id = this.parts.newId();
    row.email = email;
    row.name = typeof name === "string" && PERSON_NAME.test(name) ? name : null;
    row.role = role;
    row.passwordHash = NO_PASSWORD;
    row.trainedUntil = null;
    row.disabled = false;
    row.externalId = externalId;
    row.createdAt = new Date(this.parts.clock());
    return row;
  }

  #record(operationName: string, about: string): Promise<void> {
    const request = { id: this.parts.newId(), ip: null };
    return this.parts.accessLog.append(accountsEntry(BY, operationName, about, request));
  }
}
