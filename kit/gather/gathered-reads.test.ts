import { describe, expect, test } from '@jest/globals';
import { gatherKeys, gatherRead, gatherRow } from './gathered-reads.ts';

describe('gathered reads', () => {
  test('load each key of concurrent calls once, and every call gets its own', async () => {
    const loads: string[][] = [];
    const read = gatherKeys(async (keys) => {
      loads.push([...keys]);
      return new Map(keys.filter((key) => key !== 'x').map((key) => [key, key.toUpperCase()]));
    });
    const [one, two] = await Promise.all([read(['a', 'b']), read(['b', 'x'])]);
    expect([[...one], [...two]]).toEqual([
      [
        ['a', 'A'],
        ['b', 'B'],
      ],
      [['b', 'B']],
    ]);
    expect(loads).toEqual([['a', 'b', 'x']]);
  });

  test('of one row answer null for what is not there', async () => {
    const read = gatherRow(async () => new Map([['a', 0]]));
    expect(await Promise.all([read('a'), read('b')])).toEqual([0, null]);
  });

  test('of everything are one read for all who ask meanwhile, and a new one for who asks later', async () => {
    let reads = 0;
    const read = gatherRead(async () => (reads += 1));
    expect(await Promise.all([read(), read()])).toEqual([1, 1]);
    expect(await read()).toBe(2);
  });
});
