/** How a client certificate, its SHA-256 in hex, is named in an access token and in what is told of one. @see RFC 8705 §3.1 */
export function confirmation(certificateSha256: string | null): object {
  if (certificateSha256 === null) return {};
  return { cnf: { "x5t#S256": Buffer.from(certificateSha256, "hex").toString("base64url") } };
}

/**
 * The certificate that a token is bound to, as SHA-256 in hex; null: to none. `undefined` where it is bound by a proof that
 * is not asked for here: taken as a bearer token it would be worth more to a thief than its maker meant. @see RFC 7800 §3.1
 */
export function boundCertificate(claims: Readonly<Record<string, unknown>>): string | null | undefined {
  const { cnf } = claims;
  if (cnf === undefined) return null;
  const thumbprint =
    typeof cnf === "object" && cnf !== null && "x5t#S256" in cnf ? cnf["x5t#S256"] : undefined;
  return typeof thumbprint === "string" ? Buffer.from(thumbprint, "base64url").toString("hex") : undefined;
}
