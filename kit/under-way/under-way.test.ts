import { setImmediate as nextTurn } from 'node:timers/promises';
import { expect, test } from '@jest/globals';
import { UnderWay } from './under-way.ts';

test('nobody waits when nothing is under way', async () => {
  const underWay = new UnderWay();
  underWay.begin();
  underWay.end();
  expect(await underWay.none(60_000)).toBe(0);
});

test('everybody who waits is told when the last one has ended', async () => {
  const underWay = new UnderWay();
  underWay.begin();
  underWay.begin();
  const waiting = Promise.all([underWay.none(60_000), underWay.none(60_000)]);
  underWay.end();
  expect(await Promise.race([waiting, nextTurn('one is still going on')])).toBe('one is still going on');
  underWay.end();
  expect(await waiting).toEqual([0, 0]);
});

test('what never ends is not waited for longer than was said', async () => {
  const underWay = new UnderWay();
  underWay.begin();
  expect(await underWay.none(1)).toBe(1);
});
