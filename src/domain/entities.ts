import { ApiToken } from "./api-token";
import { ConsentRecord } from "./consent-record";
import { Customer } from "./customer";
import { Lease } from "./lease";
import { Message } from "./message";
import { Session } from "./session";
import { Staff } from "./staff";
import { Tenant } from "./tenant";

/** The entities of the data database. */
export const dataEntities = [Tenant, Customer, ConsentRecord, Message, Staff, Session, ApiToken, Lease];
