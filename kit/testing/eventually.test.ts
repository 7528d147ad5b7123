import { describe, expect, test } from '@jest/globals';
import { eventually } from '#kit/testing/eventually.ts';

describe('eventually', () => {
  test('gives back the first result that is neither an error nor false', async () => {
    let attempts = 0;
    const result = await eventually(
      () => {
        attempts += 1;
        if (attempts === 1) throw new Error('too early');
        return attempts === 2 ? false : `attempt ${attempts}`;
      },
      { everyMs: 1 },
    );
    expect(result).toBe('attempt 3');
  });

  test('throws the last error when the deadline has passed', async () => {
    const neverRight = eventually(
      () => {
        throw new Error('stock is still 3');
      },
      { withinMs: 20, everyMs: 5 },
    );
    await expect(neverRight).rejects.toThrow('stock is still 3');
  });

  test('refuses to wait for ever on false', async () => {
    await expect(eventually(() => false, { withinMs: 20, everyMs: 5 })).rejects.toThrow('still false after 20 ms');
  });
});
