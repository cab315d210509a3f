import { USER_SCHEMA } from "./scim-user";

const CONFIG_SCHEMA = "urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig";
const TYPE_SCHEMA = "urn:ietf:params:scim:schemas:core:2.0:ResourceType";
const SCHEMA_SCHEMA = "urn:ietf:params:scim:schemas:core:2.0:Schema";

/** How many users an answer holds at most. */
export const LONGEST_PAGE = 100;

const NO = { supported: false } as const;

/** What this service does of SCIM. @see RFC 7643 §5 */
export const SERVICE_PROVIDER_CONFIG = {
  schemas: [CONFIG_SCHEMA],
  patch: { supported: true },
  bulk: { ...NO, maxOperations: 0, maxPayloadSize: 0 },
  filter: { supported: true, maxResults: LONGEST_PAGE },
  changePassword: NO,
  sort: NO,
  etag: NO,
  authenticationSchemes: [
    {
      type: "oauthbearertoken",
      name: "Bearer token",
      description: "The secret of FIELDWARD_SCIM_TOKEN.",
      primary: true,
    },
  ],
  meta: { resourceType: "ServiceProviderConfig", location: "/scim/v2/ServiceProviderConfig" },
} as const;

/** The one type of resource. @see RFC 7643 §6 */
export const USER_TYPE = {
  schemas: [TYPE_SCHEMA],
  id: "User",
  name: "User",
  endpoint: "/Users",
  schema: USER_SCHEMA,
  schemaExtensions: [],
  meta: { resourceType: "ResourceType", location: "/scim/v2/ResourceTypes/User" },
} as const;

interface AttributeOptions {
  readonly type?: "string" | "boolean" | "complex";
  readonly required?: boolean;
  readonly multiValued?: boolean;
  readonly uniqueness?: "none" | "server";
  readonly subAttributes?: readonly object[];
}

function attribute(name: string, description: string, options: AttributeOptions = {}) {
  return {
    name,
    description,
    type: "string",
    multiValued: false,
    required: false,
    caseExact: false,
    mutability: "readWrite",
    returned: "default",
    uniqueness: "none",
    ...options,
  };
}

/** What is kept of a user. @see RFC 7643 §7, §8.7.1 */
export const USER_ATTRIBUTES = {
  schemas: [SCHEMA_SCHEMA],
  id: USER_SCHEMA,
  name: "User",
  description: "A member of staff.",
  attributes: [
    attribute("userName", "The e-mail address.", { required: true, uniqueness: "server" }),
    attribute("displayName", "The name."),
    attribute("name", "The name.", {
      type: "complex",
      subAttributes: [attribute("formatted", "The whole name.")],
    }),
    attribute("active", "Whether this person may sign in.", { type: "boolean" }),
    attribute("roles", "One role of the policy.", {
      type: "complex",
      multiValued: true,
      required: true,
      subAttributes: [attribute("value", "Its name, or the identity provider's name for it.")],
    }),
  ],
  meta: { resourceType: "Schema", location: `/scim/v2/Schemas/${USER_SCHEMA}` },
} as const;
