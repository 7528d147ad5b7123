import { demoAccounts } from '../../gateway/demo/demo-accounts.ts';

/** What to tell the person at the keyboard once everything runs. */
export function announcement(facts: {
  readonly url: string;
  /** Of the demo shop; undefined without demo data. */
  readonly cashierUrl: string | undefined;
  readonly seconds: number;
}): string {
  const signIns = [
    'Demo sign-ins:',
    ...demoAccounts.map((account) =>
      'apiKey' in account
        ? `  ${account.label.padEnd(19)}  authorization: Bearer ${account.apiKey}`
        : `  ${account.identifier.padEnd(19)}  / ${account.password}`,
    ),
  ];
  return [
    '',
    `Ready after ${facts.seconds.toFixed(1)} s.`,
    `  Graph     ${facts.url}/graphql`,
    `  Explorer  ${facts.url}/explorer`,
    ...(facts.cashierUrl === undefined ? [] : [`  Cashier   ${facts.cashierUrl}`, ...signIns]),
    'Ctrl-C stops everything; the data is kept.',
  ].join('\n');
}
