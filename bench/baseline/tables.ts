/** The baseline's tables: what the entities beside this file map, values in the clear. */
export const CREATE_TABLES: readonly string[] = [
  `CREATE TABLE customer (
    id varchar(36) COLLATE ascii_bin NOT NULL PRIMARY KEY,
    tenant_id varchar(36) COLLATE ascii_bin NOT NULL,
    external_ref varchar(64) NULL,
    status varchar(16) COLLATE ascii_bin NOT NULL,
    country varchar(2) COLLATE ascii_bin NULL,
    language varchar(16) COLLATE ascii_bin NULL,
    created_at datetime(3) NOT NULL,
    name varchar(200) NULL,
    birth_date date NULL,
    phone varchar(20) COLLATE ascii_bin NULL,
    email varchar(254) NULL,
    address varchar(400) NULL
  ) ENGINE=InnoDB`,
  `CREATE TABLE consent_record (
    id varchar(36) COLLATE ascii_bin NOT NULL PRIMARY KEY,
    tenant_id varchar(36) COLLATE ascii_bin NOT NULL,
    customer_id varchar(36) COLLATE ascii_bin NOT NULL,
    purpose varchar(32) COLLATE ascii_bin NOT NULL,
    state varchar(16) COLLATE ascii_bin NOT NULL,
    legal_basis varchar(32) COLLATE ascii_bin NOT NULL,
    method varchar(32) NOT NULL,
    jurisdiction varchar(8) COLLATE ascii_bin NOT NULL,
    language varchar(16) COLLATE ascii_bin NULL,
    notice_version int NULL,
    recorded_at datetime(3) NOT NULL,
    valid_until datetime(3) NULL
  ) ENGINE=InnoDB`,
  `CREATE TABLE message (
    id varchar(36) COLLATE ascii_bin NOT NULL PRIMARY KEY,
    tenant_id varchar(36) COLLATE ascii_bin NOT NULL,
    customer_id varchar(36) COLLATE ascii_bin NOT NULL,
    external_id varchar(64) COLLATE ascii_bin NULL,
    direction varchar(16) COLLATE ascii_bin NOT NULL,
    sender_id varchar(20) NULL,
    customer_number varchar(20) COLLATE ascii_bin NULL,
    body varchar(2000) NULL,
    status varchar(16) COLLATE ascii_bin NULL,
    encoding varchar(16) COLLATE ascii_bin NULL,
    segments int NULL,
    error_code varchar(16) COLLATE ascii_bin NULL,
    sent_at datetime(3) NULL,
    delivered_at datetime(3) NULL
  ) ENGINE=InnoDB`,
  "CREATE TABLE bench_meta (fingerprint char(64) COLLATE ascii_bin NOT NULL PRIMARY KEY) ENGINE=InnoDB",
];

/** Made when the rows are in: sorting once is faster than keeping order at every insert. */
export const CREATE_INDEXES: readonly string[] = [
  "ALTER TABLE customer ADD INDEX customer_tenant (tenant_id, id), ADD INDEX customer_phone (tenant_id, phone)",
  "ALTER TABLE consent_record ADD INDEX consent_customer (customer_id, recorded_at, id)",
  "ALTER TABLE message ADD INDEX message_customer (customer_id, sent_at, id), ADD INDEX message_sent (sent_at, id)",
];
