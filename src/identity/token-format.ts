import { crc32 } from "node:zlib";

/** The parts of an API token: `fw_<tenant>_<handle>_<secret>_<crc>`. */
export interface TokenParts {
  readonly tenant: string;
  /** Names the row; not secret. */
  readonly handle: string;
  /** 256 bits in base62. */
  readonly secret: string;
}

const PATTERN = /^fw_([a-z0-9-]{1,32})_([0-9A-Za-z]{12})_([0-9A-Za-z]{43})_([0-9a-f]{8})$/;
const BASE62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/** Random bytes as base62 of a fixed length: no character that a word boundary or a URL would cut. */
export function base62(bytes: Uint8Array, length: number): string {
  let number = BigInt(`0x${Buffer.from(bytes).toString("hex")}`);
  let text = "";
  for (let i = 0; i < length; i += 1) {
    text = `${BASE62[Number(number % 62n)] ?? ""}${text}`;
    number /= 62n;
  }
  return text;
}

function checksum(body: string): string {
  return crc32(body).toString(16).padStart(8, "0");
}

/** The token of its parts. The checksum lets a scanner tell a leaked token from a look-alike without asking us. */
export function formatToken({ tenant, handle, secret }: TokenParts): string {
  const body = `fw_${tenant}_${handle}_${secret}`;
  return `${body}_${checksum(body)}`;
}

/** The parts of a token, or `undefined` where it is none or was mistyped: that needs no look at the database. */
export function parseToken(token: string): TokenParts | undefined {
  const [, tenant, handle, secret, crc] = PATTERN.exec(token) ?? [];
  if (tenant === undefined || handle === undefined || secret === undefined) return undefined;
  return crc === checksum(`fw_${tenant}_${handle}_${secret}`) ? { tenant, handle, secret } : undefined;
}
