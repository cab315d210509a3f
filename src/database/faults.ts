import { TypeORMError } from "typeorm";
import { FieldwardError } from "../domain/errors";

const UNREACHABLE =
  /^(?:ECONN|EPIPE|ETIMEDOUT|EHOSTUNREACH|ENOTFOUND|PROTOCOL_|POOL_|ER_CON_COUNT|ER_SERVER_SHUTDOWN|ER_ACCESS_DENIED|ER_DBACCESS|ER_TABLEACCESS|ER_LOCK_WAIT|ER_LOCK_DEADLOCK|ER_QUERY_TIMEOUT|ER_STATEMENT_TIMEOUT|ER_OPTION_PREVENTS|SQLITE_BUSY|SQLITE_LOCKED|SQLITE_READONLY|SQLITE_IOERR|SQLITE_FULL|SQLITE_CANTOPEN|SQLITE_NOTADB|SQLITE_CORRUPT)/;
const DUPLICATE = /^(?:ER_DUP_ENTRY|SQLITE_CONSTRAINT_(?:UNIQUE|PRIMARYKEY))/;
/** mysql2 names errors by MySQL's numbers: MariaDB's 4025, a failed CHECK, comes with the name that MySQL gives to 4025. */
const CHECK_FAILED =
  /^(?:ER_INNODB_AUTOEXTEND_SIZE_OUT_OF_RANGE|ER_CHECK_CONSTRAINT_VIOLATED|ER_CONSTRAINT_FAILED|SQLITE_CONSTRAINT_CHECK)/;

/** The driver's code of an error, on whatever engine. */
export function faultCode(error: unknown): string {
  if (typeof error !== "object" || error === null) return "UNKNOWN";
  const code = "code" in error ? error.code : undefined;
  if (typeof code === "string") return code;
  if ("driverError" in error) return faultCode(error.driverError);
  // What mysql2 says of a connection that it has found closed has no code.
  return "fatal" in error && error.fatal === true ? "PROTOCOL_CONNECTION_LOST" : "UNKNOWN";
}

/** Whether a write was refused by a CHECK. */
export function isCheckViolation(error: unknown): boolean {
  return CHECK_FAILED.test(faultCode(error));
}

/** A driver's error with nothing left of it but its code. */
class DatabaseFault extends Error {
  override readonly name = "DatabaseFault";

  constructor(readonly code: string) {
    super(`database error ${code}`);
  }
}

/** Whether an error comes from a driver or from TypeORM: what it holds, and what its message repeats, is not ours to know. */
function isForeign(error: unknown): boolean {
  if (!(error instanceof Error) || error instanceof TypeORMError) return true;
  return faultCode(error) !== "UNKNOWN" || "parameters" in error || "sql" in error;
}

/**
 * The catalogue error of a driver's error. The driver's own is not kept, not even as the cause: TypeORM's carries the
 * parameters and mysql2's the SQL with the values in it. What stays for the log is the driver's code.
 */
export function asDatabaseError(error: unknown): FieldwardError {
  if (error instanceof FieldwardError) return error;
  const code = faultCode(error);
  const cause = isForeign(error) ? new DatabaseFault(code) : error;
  if (UNREACHABLE.test(code)) return new FieldwardError("DATABASE_UNAVAILABLE", undefined, { cause });
  if (DUPLICATE.test(code)) return new FieldwardError("CONFLICT", undefined, { cause });
  return new FieldwardError("INTERNAL", undefined, { cause });
}

/** Whether a write lost against another one at the same rows: it has done nothing, and can be tried again. */
export function isDeadlock(error: unknown): boolean {
  return error instanceof FieldwardError && /DEADLOCK|LOCK_WAIT/.test(faultCode(error.cause));
}
