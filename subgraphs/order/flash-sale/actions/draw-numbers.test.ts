import { expect, test } from '@jest/globals';
import { createDrawNumbers } from './draw-numbers.ts';

test('numbers of orders are drawn again until nobody has them, each for its own day', async () => {
  const asked: (readonly string[])[] = [];
  const drawNumbers = createDrawNumbers({
    async numbersTaken(numbers) {
      asked.push([...numbers]);
      return new Set(asked.length <= 2 ? numbers.slice(0, 2) : []);
    },
  });
  const days = ['2026-06-17T12:00:00Z', '2026-06-17T17:00:00Z', '2026-06-18T12:00:00Z'].map((at) => new Date(at));
  const numbers = await drawNumbers(days);
  expect(numbers.map((number) => number.slice(0, 8))).toEqual(['20260617', '20260618', '20260618']);
  expect(asked.map((some) => some.length)).toEqual([3, 2, 2]);
  expect(numbers).toEqual([...(asked[2] ?? []), asked[0]?.[2]]);
});
