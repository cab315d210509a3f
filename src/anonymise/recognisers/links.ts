import { isIPv6 } from "node:net";
import { matchesOf } from "../matches";
import type { Reading } from "../reading/reading";
import type { Claim } from "../span";
import { endBeforeMarks } from "./closing-marks";
import { TOP_LEVEL_DOMAINS } from "./top-level-domains";
import { carriesToken } from "./url-token";

const PART = /\S{4,}/g;

/** URLs, with a token or harmless, and IP addresses: each is found in a part of the message between blanks. */
export function recogniseLinks(reading: Reading): Claim[] {
  const claims: Claim[] = [];
  for (const { 0: part, index } of matchesOf(PART, reading.text)) {
    const claim = /[.:/]/.test(part) ? (urlClaim(part, index) ?? ipClaim(reading, part, index)) : undefined;
    if (claim) claims.push(claim);
  }
  return claims;
}

/** A link with a token is hidden whole, with the address or number in it; in a plain one nothing is looked for. */
const TOKEN_SCORE = 1.35;
const URL_SCORE = 1.1;
const IP_SCORE = 1.15;

const OPENING = /^[([{<"'*>:;,-]+/;
const CLOSING = /[)\]}>"'*.,!?;:]/;
const HOST = /^(?:[a-z0-9-]+\.)+([a-z]+)(?::\d+)?(?=[/?#]|$)/i;

function urlClaim(part: string, from: number): Claim | undefined {
  const scheme = part.search(/[a-z][a-z0-9+.-]{1,20}:\/\/|www\./i);
  const opening = scheme >= 0 ? scheme : (OPENING.exec(part)?.[0].length ?? 0);
  const url = part.slice(opening, endBeforeMarks(part, CLOSING, opening));
  if (scheme < 0 && !hasKnownHost(url)) return undefined;
  const start = from + opening;
  const end = start + url.length;
  if (carriesToken(url)) return { start, end, type: "URL_TOKEN", score: TOKEN_SCORE };
  return { start, end, type: "HARMLESS", score: URL_SCORE };
}

/** Whether it starts with a host of a known top-level domain, and is no e-mail address; "07700900123.it is" is none. */
function hasKnownHost(url: string): boolean {
  const [, domain = ""] = HOST.exec(url) ?? [];
  if (/^\d{4,}\./.test(url)) return false;
  return TOP_LEVEL_DOMAINS.has(domain.toLowerCase()) && (!url.includes("@") || url.includes("/"));
}

const IPV4 = /(?<![\d.])(?:\d{1,3}\.){3}\d{1,3}(?!\d|\.\d)/;
const IPV6 = /[0-9A-Fa-f:]{2,39}(?:\.\d{1,3}){0,3}/g;

/** Addresses of this machine, of any machine, of none, and masks name nobody (RFC 6890 and RFC 4632). */
const NOBODYS = /^(?:127\.|0\.|255\.|::1$|::$)|\.0\.0$/;

function ipClaim(reading: Reading, part: string, from: number): Claim | undefined {
  const v4 = IPV4.exec(part);
  if (v4) return ipv4Claim(reading, from + v4.index, v4[0]);
  for (const { 0: found, index } of matchesOf(IPV6, part)) {
    const address = found.replace(/(?<!:):$/, "");
    if (address.length >= 3 && isIPv6(address)) return ipAt(from + index, address, NOBODYS.test(address));
  }
  return undefined;
}

/** What stands before a version or a chapter: "firmware 4.19.0.255", "v10.0.1.4", "paragraph 7.2.10.3". */
const VERSION =
  /(?:\bv|\b(?:ver|version|firmware|fw|build|release|rel|update|driver|patch|kernel|sw|chrome|windows|android|\w{0,8}os|bios|app|plugin|versao|versione|versie|rilascio|lancamento|section|chapter|clause|item|para|paragraph|paragraaf|abschnitt|kapitel|ziffer|punkt|capitulo|capitolo|apartado|chapitre|article|articulo|artikel)\W{0,3}(?:to |auf |naar )?)$/;
/** Few networks have a first number of one figure, and most versions do: then the message must speak of networks. */
const OF_ONE_FIGURE = /^\d\./;
const OF_NETWORKS =
  /\b(?:ips?|ipv4|router|server|servers|dns|vpn|ssh|ping|host|hosts|port|login|log-?in|logged|sign(?:ed)?-?in|signin|device|address|adres|adresse|indirizzo|direccion|endereco|network|netzwerk|reseau|rete|rede|red|netwerk|blocked|anmeldung|connexion|accesso|acesso|acceso|conexion|inlog)/;

function ipAt(start: number, address: string, nobodys: boolean): Claim {
  return { start, end: start + address.length, type: nobodys ? "HARMLESS" : "IP", score: IP_SCORE };
}

function ipv4Claim(reading: Reading, start: number, address: string): Claim | undefined {
  const possible = address.split(".").every((octet) => Number(octet) <= 255 && !/^0\d/.test(octet));
  if (!possible) return undefined;
  const version = VERSION.test(reading.folded.slice(Math.max(0, start - 24), start));
  const doubtful = OF_ONE_FIGURE.test(address) && !OF_NETWORKS.test(reading.folded);
  return ipAt(start, address, version || doubtful || NOBODYS.test(address));
}
