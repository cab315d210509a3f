/** The query of the demo and of the README: each caller gets another answer to it. */
export const DEMO_QUERY = `{
  customers(first: 1) {
    nodes {
      externalRef
      name
      phone
      email
      consentState(purpose: "marketing")
      messages(first: 1) {
        nodes { direction status body }
      }
    }
  }
}`;
