import { describe, expect, test } from '@jest/globals';
import { createBell } from '#kit/outbox/bell.ts';

describe('a bell', () => {
  test('wakes the sleeper', async () => {
    const bell = createBell();
    const woken = bell.sleep(60_000);
    bell.ring();
    await expect(woken).resolves.toBeUndefined();
  });

  test('that was rung while nobody slept lets the next sleeper through, once', async () => {
    const bell = createBell();
    bell.ring();
    bell.ring();
    await bell.sleep(60_000);
    const begun = performance.now();
    await bell.sleep(20);
    expect(performance.now() - begun).toBeGreaterThanOrEqual(15);
  });
});
