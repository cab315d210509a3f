/**
 * The subject of data that has none, such as staff records: sealed under a key of the deployment. The nil UUID of
 * RFC 9562 §5.9, which can never be the id of a customer.
 */
export const NO_SUBJECT = "00000000-0000-0000-0000-000000000000";
