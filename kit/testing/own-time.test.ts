import { setTimeout as pause } from 'node:timers/promises';
import { expect, test } from '@jest/globals';
import { ownTimeOf } from './own-time.ts';

/** Keeps the process from doing anything else. */
function holdUp(ms: number): void {
  const until = performance.now() + ms;
  while (performance.now() < until);
}

test('what waits takes as long as it waits', async () => {
  const { value, ms } = await ownTimeOf(() => pause(200, 'done'));
  expect(value).toBe('done');
  expect(ms).toBeGreaterThan(20);
  expect(ms).toBeLessThanOrEqual(250);
});

test('what holds the process up meanwhile does not count', async () => {
  const { ms } = await ownTimeOf(async () => {
    await pause(20);
    holdUp(500);
    await pause(20);
  });
  expect(ms).toBeLessThan(200);
});

test('work that fails fails as it would', async () => {
  await expect(ownTimeOf(() => Promise.reject(new Error('broken')))).rejects.toThrow('broken');
});
