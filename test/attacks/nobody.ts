import { decide } from "../../src/policy/decide";
import { defaultPolicy } from "../policy/principals";

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
  standing: decide(defaultPolicy, nobody, null, new Date(0)),
};
