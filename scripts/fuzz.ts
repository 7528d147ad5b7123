import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { chanceOf } from '#kit/testing/chance.ts';
import { anonymousViewer, type Viewer } from '#kit/viewer/viewer.ts';
import { demoAccounts, type DemoAccount } from '../gateway/demo/demo-accounts.ts';
import { readGraph } from '../gateway/supergraph/read-graph.ts';
import { createViews } from '../gateway/variants/views.ts';
import { askAtRandom, type Asker, type Offence } from './fuzz/ask-at-random.ts';

/**
 * `npm run fuzz -- [--url http://localhost:4000] [--minutes 10] [--seed 1]`: asks a running demo shop operations at random, as everybody who can be there: each from the
 * schema of their own view, several at once. Exit code 1 when an answer was none, took more than five seconds, or was a fault of ours.
 */
const { values } = parseArgs({
  options: {
    url: { type: 'string', default: 'http://localhost:4000' },
    minutes: { type: 'string', default: '10' },
    seed: { type: 'string', default: '1' },
    each: { type: 'string', default: '2' },
  },
});
const seed = Number(values.seed);
const kinds: Readonly<Record<string, Viewer['kind']>> = {
  nobody: 'ANONYMOUS',
  shopper: 'MEMBER',
  staff: 'STAFF',
  analyst: 'ANALYST',
  partner: 'PARTNER',
};
const { supergraphSdl } = await readGraph(join(import.meta.dirname, '..', 'schema'));
const viewOf = createViews(supergraphSdl, { access: 'guarded', introspection: false });

async function enter(account: DemoAccount): Promise<Record<string, string>> {
  if ('apiKey' in account) return { authorization: `Bearer ${account.apiKey}` };
  const { identifier, password } = account;
  const response = await fetch(`${values.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      query: 'mutation ($input: SignInInput!) { signIn(input: $input) { session { accessToken } } }',
      variables: { input: { identifier, password } },
    }),
  });
  const answer = (await response.json()) as { data?: { signIn?: { session?: { accessToken?: string } } } };
  const token = answer.data?.signIn?.session?.accessToken;
  if (token === undefined) throw new Error(`${account.label} can't sign in`);
  return { authorization: `Bearer ${token}` };
}

const nobody = anonymousViewer({ channel: 'web', locale: 'en' });
const askers: Asker[] = [
  { role: 'nobody', schema: viewOf(nobody).schema, signIn: async () => ({}) },
  ...demoAccounts.map((account) => ({
    role: account.label,
    schema: viewOf({ ...nobody, kind: kinds[account.label] ?? 'ANONYMOUS' }).schema,
    signIn: () => enter(account),
  })),
];

const offences: Offence[] = [];
const until = performance.now() + Number(values.minutes) * 60_000;
const tallies = await Promise.all(
  askers.flatMap((asker, index) =>
    Array.from({ length: Number(values.each) }, (_, copy) =>
      askAtRandom(values.url, asker, {
        chance: chanceOf(seed * 1_000 + index * 10 + copy),
        until,
        onOffence: (offence) => void offences.push(offence),
      }),
    ),
  ),
);
for (const { role, asked, slowestMs, statuses, codes } of tallies) {
  const counts = (map: ReadonlyMap<unknown, number>) =>
    [...map].map(([what, count]) => `${String(what)} ${count}`).join(', ');
  console.log(
    `${role}: ${asked} operations, the slowest ${Math.round(slowestMs)} ms; ${counts(statuses)}; ${counts(codes)}`,
  );
}
for (const { role, what, query, variables } of offences.slice(0, 20))
  console.log(`\n${role}: ${what}\n${query}\n${JSON.stringify(variables)}`);
console.log(`\n${tallies.reduce((sum, { asked }) => sum + asked, 0)} operations, ${offences.length} offences`);
process.exitCode = offences.length > 0 ? 1 : 0;
