import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { chanceOf } from '#kit/testing/chance.ts';
import { readGraph } from '../gateway/supergraph/read-graph.ts';
import { createViews } from '../gateway/variants/views.ts';
import { askAtRandom, type Offence } from './fuzz/ask-at-random.ts';
import { everybodyIn } from './fuzz/askers.ts';

/**
 * `npm run fuzz -- [--url http://localhost:4000] [--minutes 10] [--seed 1]`: asks a running demo shop operations at random, as everybody who can be there: each from the
 * schema of their own view, several at once. Exit code 1 when an answer was none, took more than five seconds, or was a fault of ours.
 */
const { values } = parseArgs({
  options: {
    url: { type: 'string', default: 'http://localhost:4000' },
    minutes: { type: 'string', default: '10' },
    seed: { type: 'string', default: '1' },
    each: { type: 'string', default: '1' },
  },
});
const seed = Number(values.seed);
const { supergraphSdl } = await readGraph(join(import.meta.dirname, '..', 'schema'));
const viewOf = createViews(supergraphSdl, { access: 'guarded', introspection: false });

const askers = await everybodyIn(values.url, (viewer) => viewOf(viewer).schema);

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
const slowest = tallies.toSorted((one, other) => other.slowestMs - one.slowestMs)[0];
if (slowest !== undefined)
  console.log(
    `\nThe slowest answer took ${Math.round(slowest.slowestMs)} ms, for ${slowest.role}:\n${slowest.slowest}`,
  );
const everything = tallies.reduce((sum, { asked }) => sum + asked, 0);
const verdict = offences.length === 0 ? 'Nothing is wrong' : 'Something is wrong';
console.log(`\n${verdict}: ${everything} operations of ${askers.length} roles, ${offences.length} offences`);
process.exitCode = offences.length > 0 ? 1 : 0;
