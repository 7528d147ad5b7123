import { expect, test } from '@jest/globals';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { endOfTurn } from './end-of-turn.ts';

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
