/** What to tell the person at the keyboard once everything runs. */
export function announcement(facts: {
  readonly url: string;
  readonly demo: boolean;
  readonly seconds: number;
}): string {
  const signIns = [
    'Demo sign-ins:',
    '  shopper@example.com  / shopper-demo',
    '  staff@example.com    / staff-demo',
    '  analyst@example.com  / analyst-demo',
  ];
  return [
    '',
    `Ready after ${facts.seconds.toFixed(1)} s.`,
    `  Graph     ${facts.url}/graphql`,
    `  Explorer  ${facts.url}/explorer`,
    ...(facts.demo ? signIns : []),
    'Ctrl-C stops everything; the data is kept.',
  ].join('\n');
}
