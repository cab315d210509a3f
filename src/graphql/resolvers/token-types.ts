import { GraphQLDateTime } from "graphql-scalars";
import { Field, ID, InputType, Int } from "type-graphql";
import type { ApiToken } from "../../domain/api-token";
import { ExposedAs, Open } from "../../domain/classified";
import { computed } from "../../domain/kind";

const orNull = { nullable: true };
const text = () => String;
const texts = () => [String];
const instant = () => GraphQLDateTime;

@InputType()
export class CreateTokenInput {
  @Field(() => ID) tenantId!: string;
  @Field(text) name!: string;
  @Field(texts) scopes!: string[];
  @Field(texts) purposes!: string[];
  @Field(() => Int, { description: "1 to 365." }) expiresInDays!: number;
  @Field(texts, { nullable: true, description: "Addresses and networks (CIDR); left out: any." })
  allowedIps?: string[];
  @Field(text, {
    nullable: true,
    description: "Binds it to a client certificate: SHA-256 of its DER, in hex.",
  })
  certificateSha256?: string;
}

/** An API token as it is shown to whoever manages tokens: never its secret, nor the hash of it. */
@ExposedAs("ApiToken")
export class ApiTokenView {
  @Open(null, computed(() => ID)) id!: string;
  @Open(null, computed(text)) name!: string;
  @Open(null, computed(() => ID)) tenantId!: string;
  @Open(null, computed(texts)) scopes!: readonly string[];
  @Open(null, computed(texts)) purposes!: readonly string[];
  @Open(null, computed(instant)) createdAt!: Date;
  @Open(null, computed(instant)) expiresAt!: Date;
  @Open("security", computed(instant, orNull)) lastUsedAt!: Date | null;
  @Open("security", computed(instant, orNull)) revokedAt!: Date | null;
  @Open("security", computed(instant, orNull)) frozenAt!: Date | null;
  @Open("security", computed(texts, orNull)) allowedIps!: readonly string[] | null;
  @Open("security", computed(text, orNull)) certificateSha256!: string | null;
  /** Until when the secret before the last rotation is still good. */
  @Open("security", computed(instant, orNull)) previousSecretUntil!: Date | null;
  @Open("security", computed(() => ID, orNull)) createdBy!: string | null;
}

@ExposedAs("IssuedToken")
export class IssuedTokenView {
  @Open(null, computed(() => ApiTokenView)) token!: ApiTokenView;
  @Open(null, computed(text)) secret!: string;
}

/** What is shown of a stored token, field by field: a column that is added is not shown by being there. */
export function viewOf(row: ApiToken): ApiTokenView {
  return Object.assign(new ApiTokenView(), {
    id: row.id,
    name: row.name,
    tenantId: row.tenantId,
    scopes: row.scopes,
    purposes: row.purposes,
    createdAt: row.createdAt,
    expiresAt: row.expiresAt,
    lastUsedAt: row.lastUsedAt,
    revokedAt: row.revokedAt,
    frozenAt: row.frozenAt,
    allowedIps: row.allowedIps,
    certificateSha256: row.certificateSha256,
    previousSecretUntil: row.previousUntil,
    createdBy: row.createdBy,
  });
}
