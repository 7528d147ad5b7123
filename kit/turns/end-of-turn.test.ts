import { expect, test } from '@jest/globals';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { endOfTurn, endOfTurnForNewcomer, inTurns } from './end-of-turn.ts';

/** Work of three steps, as they are done. */
async function work(name: string, done: string[]): Promise<void> {
  await endOfTurn();
  for (const step of [1, 2, 3]) {
    done.push(`${name}${step}`);
    await Promise.resolve();
  }
}

test('what waits for the end of the same turn is done step by step, and not one after the other', async () => {
  const done: string[] = [];
  await Promise.all(['a', 'b', 'c'].map((name) => work(name, done)));
  expect(done).toEqual(['a1', 'b1', 'c1', 'a2', 'b2', 'c2', 'a3', 'b3', 'c3']);
});

test('a turn ends after everything that was to be done in it', async () => {
  const done: string[] = [];
  const waiting = endOfTurn().then(() => done.push('after the turn'));
  process.nextTick(() => done.push('a tick'));
  await Promise.resolve().then(() => done.push('a promise'));
  await waiting;
  expect(done).toEqual(['a promise', 'a tick', 'after the turn']);
});

test('who comes when a turn is over waits for the end of the next one', async () => {
  const first = endOfTurn();
  await first;
  const second = endOfTurn();
  expect(second).not.toBe(first);
  let isOver = false;
  void second.then(() => (isOver = true));
  await Promise.resolve();
  expect(isOver).toBe(false);
  await nextTurn();
  expect(isOver).toBe(true);
});

test('of many who wait some go on in every other turn, so that turns stay short, in the order in which they came', async () => {
  const done: number[] = [];
  const all = Promise.all(Array.from({ length: 40 }, (_, nth) => endOfTurn().then(() => done.push(nth))));
  await nextTurn();
  expect(done).toEqual(Array.from({ length: 32 }, (_, nth) => nth));
  await nextTurn();
  expect(done).toHaveLength(32);
  await all;
  expect(done).toHaveLength(40);
});

test('half of a turn is for those who have just arrived, however many wait already, and all of it when nobody does', async () => {
  const wentOn: string[] = [];
  const many = (name: string, count: number, wait: () => Promise<void>) =>
    Array.from({ length: count }, () => wait().then(() => wentOn.push(name)));
  const counted = () => ['begun', 'new'].map((name) => wentOn.filter((one) => one === name).length);
  const all = Promise.all([...many('begun', 60, endOfTurn), ...many('new', 60, endOfTurnForNewcomer)]);
  await nextTurn();
  expect(counted()).toEqual([16, 16]);
  await all;
  wentOn.length = 0;
  const alone = Promise.all(many('new', 40, endOfTurnForNewcomer));
  await nextTurn();
  expect(counted()).toEqual([0, 32]);
  await alone;
});

test('what many are told is told in as many turns as they need, and who waits meanwhile waits behind them', async () => {
  const told: string[] = [];
  const telling = inTurns(
    Array.from({ length: 70 }, (_, nth) => nth),
    (item, index) => told.push(`${item} ${index}`),
  );
  const after = endOfTurn(32).then(() => told.length);
  await nextTurn();
  expect(told).toHaveLength(32);
  expect(await after).toBe(32);
  await telling;
  expect([told.length, told.at(-1)]).toEqual([70, '69 69']);
});
