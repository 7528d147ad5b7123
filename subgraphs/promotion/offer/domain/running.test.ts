import { expect, test } from '@jest/globals';
import { runningAt } from './running.ts';

const day = (date: number) => new Date(Date.UTC(2026, 5, date));
const timed = (name: string, from: number, to: number) => ({ name, startsAt: day(from), endsAt: day(to) });
const all = [timed('early', 1, 10), timed('late', 5, 20), timed('next month', 30, 31)];

test.each([
  ['before everything', day(0), [], Number.NEGATIVE_INFINITY, day(1).getTime()],
  ['at the moment of a beginning', day(5), ['early', 'late'], day(5).getTime(), day(10).getTime()],
  ['at the moment of an end', day(10), ['late'], day(10).getTime(), day(20).getTime()],
  ['between', day(25), [], day(20).getTime(), day(30).getTime()],
  ['after everything', day(31), [], day(31).getTime(), Number.POSITIVE_INFINITY],
])('what holds %s holds until the next beginning or end', (_, at, names, from, until) => {
  const running = runningAt(all, at);
  expect(running.items.map(({ name }) => name)).toEqual(names);
  expect([running.from, running.until]).toEqual([from, until]);
});
