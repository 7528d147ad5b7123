import { describe, expect, test } from '@jest/globals';
import { gather, gatherKeys, gatherRead, gatherRow } from './gather.ts';

/** A run whose end the test decides. */
function slowDoubling() {
  const runs: number[][] = [];
  const ends: (() => void)[] = [];
  const call = gather(
    async (numbers: readonly number[]) => {
      runs.push([...numbers]);
      await new Promise<void>((resolve) => ends.push(resolve));
      if (numbers.includes(13)) throw new Error('thirteen');
      return numbers.map((number) => number * 2);
    },
    { most: 3 },
  );
  return { call, runs, end: () => ends.shift()?.() };
}
const turn = () => new Promise((resolve) => setImmediate(resolve));

describe('gathered calls', () => {
  test('of one turn are one run, and those that come meanwhile are the next', async () => {
    const { call, runs, end } = slowDoubling();
    const first = Promise.all([call(1), call(2)]);
    await turn();
    const second = Promise.all([call(3), call(4)]);
    await turn();
    expect(runs).toEqual([[1, 2]]);
    end();
    expect(await first).toEqual([2, 4]);
    await turn();
    expect(runs).toEqual([
      [1, 2],
      [3, 4],
    ]);
    end();
    expect(await second).toEqual([6, 8]);
  });

  test('are never more in one run than allowed', async () => {
    const { call, runs, end } = slowDoubling();
    const all = Promise.all([1, 2, 3, 4].map(call));
    await turn();
    end();
    await turn();
    end();
    expect(await all).toEqual([2, 4, 6, 8]);
    expect(runs).toEqual([[1, 2, 3], [4]]);
  });

  test('fail together, and the next run is not concerned', async () => {
    const { call, end } = slowDoubling();
    const failing = Promise.allSettled([call(12), call(13)]);
    await turn();
    const next = call(14);
    end();
    expect((await failing).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    await turn();
    end();
    expect(await next).toBe(28);
  });

  test('end with an error when the run answers too few', async () => {
    await expect(gather(async () => [])(1)).rejects.toThrow('0 answers to 1 calls');
  });
});

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
