import { faultCode } from "../database/faults";
import { FieldwardError, StartupError, type ErrorCode } from "../domain/errors";
import { ImportUsageError } from "../import/usage-error";
import { ProviderError } from "../vault/providers/provider-call";

/** How a command that failed ends: what it says and the exit code. */
export interface Failure {
  readonly text: string;
  readonly exitCode: 1 | 2;
}

/** What the caller can mend by giving the command something else. */
const WRONG_USE: ReadonlySet<ErrorCode> = new Set(["BAD_USER_INPUT", "NOT_FOUND", "CONFLICT"]);

const FILE_FAULTS: Readonly<Record<string, string>> = {
  ENOENT: "does not exist",
  EACCES: "is closed to this user",
  EPERM: "is closed to this user",
  EISDIR: "is a directory, not a file",
  ENOTDIR: "lies below something that is not a directory",
  EROFS: "lies on a disk that cannot be written",
};

/** What can be wrong when a database is first reached, by the driver's code. Neither user nor password is repeated. */
const DATABASE_FAULTS: Readonly<Record<string, string>> = {
  ECONNREFUSED: "nothing listens on its host and port",
  ENOTFOUND: "its host is not known",
  EAI_AGAIN: "its host is not known",
  ETIMEDOUT: "its host does not answer",
  EHOSTUNREACH: "its host cannot be reached",
  ER_ACCESS_DENIED_ERROR: "the server refuses the user or the password",
  ER_DBACCESS_DENIED_ERROR: "its user may not use that database",
  ER_BAD_DB_ERROR: "the server has no such database; create it first",
  HANDSHAKE_NO_SSL_SUPPORT: "the server does not offer TLS",
  HANDSHAKE_SSL_ERROR: "its certificate is not one of tls-ca",
  SQLITE_CANTOPEN: "its file cannot be opened",
  SQLITE_NOTADB: "its file is not an SQLite database",
  SQLITE_READONLY: "its file cannot be written",
  SQLITE_BUSY: "another program keeps its file locked",
};

/** What is wrong with a file, where an error is the system's about one. */
function fileFault(error: Error): string | undefined {
  const code = "code" in error ? String(error.code) : "";
  const fault = FILE_FAULTS[code];
  return fault === undefined || !("path" in error) ? undefined : `${String(error.path)} ${fault} (${code}).`;
}

/** What is wrong with a database, where an error is its driver's on the way to it. */
export function databaseFault(error: unknown): string | undefined {
  // libsql gives an empty code, and no other error does, where it cannot open a file.
  const code = faultCode(error) || "SQLITE_CANTOPEN";
  const fault = DATABASE_FAULTS[code];
  return fault === undefined ? undefined : `${fault} (${code})`;
}

function unexpected(error: unknown): string {
  if (!(error instanceof Error)) return typeof error;
  const code = "code" in error ? ` ${String(error.code)}` : "";
  return `${error.name}${code}`;
}

/** What a catalogue error says to an operator: its hint or its text, and of its cause what is safe to be told. */
function catalogueText({ hint, message, cause }: FieldwardError): string {
  if (cause instanceof StartupError) return cause.message;
  if (cause instanceof ProviderError) return `The key provider: ${cause.message}`;
  const code = faultCode(cause);
  return `${hint ?? message}${code === "UNKNOWN" ? "" : ` (${code})`}`;
}

/** Errors of the set-up and of use exit 2, all others 1. */
export function failureOf(error: unknown): Failure {
  if (error instanceof StartupError || error instanceof ImportUsageError)
    return { text: error.message, exitCode: 2 };
  if (error instanceof FieldwardError) {
    const isWrongUse = WRONG_USE.has(error.code) || error.cause instanceof StartupError;
    return { text: catalogueText(error), exitCode: isWrongUse ? 2 : 1 };
  }
  const file = error instanceof Error ? fileFault(error) : undefined;
  if (file !== undefined) return { text: file, exitCode: 2 };
  const database = databaseFault(error);
  if (database !== undefined) {
    const settings = "FIELDWARD_DATA_URL, FIELDWARD_VAULT_URL and FIELDWARD_AUDIT_URL";
    return { text: `A database cannot be used: ${database}. Check ${settings}.`, exitCode: 2 };
  }
  // An unexpected error's message could hold a value; its stack's first line is kept out with it.
  return { text: `something unexpected failed (${unexpected(error)}).`, exitCode: 1 };
}
