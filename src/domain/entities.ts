import { Alert } from "./alert";
import { ApiToken } from "./api-token";
import { ConsentRecord } from "./consent-record";
import { Customer } from "./customer";
import { Disclosure } from "./disclosure";
import { Elevation } from "./elevation";
import { Lease } from "./lease";
import { Message } from "./message";
import { Session } from "./session";
import { RecoveryCode, RevokedAccessToken, SignInThrottle } from "./sign-in";
import { Staff } from "./staff";
import { Tenant } from "./tenant";

/** The entities of the data database. */
export const dataEntities = [
  Tenant,
  Customer,
  ConsentRecord,
  Message,
  Staff,
  Session,
  RecoveryCode,
  SignInThrottle,
  ApiToken,
  RevokedAccessToken,
  Elevation,
  Disclosure,
  Alert,
  Lease,
];
