/** What every graph of the tests is set to, however it is started. Not random: a test may sign in its name. */
export const testSettings = {
  // Tests write documents of their own; what is shut otherwise is tried in e2e/attacks.
  GRAPH_ACCESS: 'open',
  ALLOW_TEST_PAYMENTS: 'true',
  PAYMENT_TEST_SECRET: 'signs notifications of play money in tests',
} as const;
