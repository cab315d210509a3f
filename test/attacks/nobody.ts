import { decide } from "../../src/policy/decide";

const nobody = {
  id: "",
  kind: "SUBJECT",
  tenantId: null,
  role: null,
  scopes: [],
  purposes: [],
  trainedUntil: null,
} as const;

/** The context of a request without a credential, as far as rules look at it. */
export const context = {
  principal: null,
  purpose: null,
  standing: decide({ roles: new Map(), purposes: new Map() }, nobody, null, new Date(0)),
};
