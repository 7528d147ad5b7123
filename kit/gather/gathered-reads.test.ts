import { describe, expect, test } from '@jest/globals';
import { eventually } from '#kit/testing/eventually.ts';
import { gatherKeys, gatherRead, gatherRow, gatherSame } from './gathered-reads.ts';

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

  test('of one row ask once for all who wait for it, and anew for who comes while it is read', async () => {
    const loads: (readonly string[])[] = [];
    const read = gatherRow(async (keys) => {
      loads.push(keys);
      return new Map(keys.map((key) => [key, loads.length]));
    });
    const waiting = [read('a'), read('b'), read('a')];
    await eventually(() => loads.length === 1);
    expect(await Promise.all([...waiting, read('a')])).toEqual([1, 1, 1, 2]);
    expect(loads).toEqual([['a', 'b'], ['a']]);
  });

  test('of one row are asked anew when they failed, or were refused a place', async () => {
    let isAway = true;
    const read = gatherRow(async (keys) => {
      if (isAway) throw new Error('away');
      return new Map(keys.map((key) => [key, key]));
    });
    const many = Array.from({ length: 5_001 }, (_, index) => read(String(index)));
    const outcomes = await Promise.allSettled(many);
    expect(outcomes.at(-1)).toMatchObject({ reason: { extensions: { code: 'BUSY' } } });
    isAway = false;
    expect(await Promise.all([read('0'), read('5000')])).toEqual(['0', '5000']);
  });

  test('of everything are one read for all who ask meanwhile, and a new one for who asks later', async () => {
    let reads = 0;
    const read = gatherRead(async () => (reads += 1));
    expect(await Promise.all([read(), read()])).toEqual([1, 1]);
    expect(await read()).toBe(2);
  });

  test('of the same question are one for all who ask it at once, and none waits for another question', async () => {
    const asked: string[] = [];
    let answerSlow: (answer: string) => void = () => undefined;
    const read = gatherSame(
      (question: string) => question,
      (question) => {
        asked.push(question);
        return question === 'slow' ? new Promise<string>((resolve) => (answerSlow = resolve)) : Promise.resolve('!');
      },
    );
    const slow = read('slow');
    expect(await Promise.all([read('quick'), read('quick')])).toEqual(['!', '!']);
    answerSlow('at last');
    expect(await slow).toBe('at last');
    expect(await read('quick')).toBe('!');
    expect(asked).toEqual(['slow', 'quick', 'quick']);
  });

  test('of a question that fails fail for all who asked it, and are asked anew by the next', async () => {
    let times = 0;
    const read = gatherSame(String, async () => {
      times += 1;
      if (times === 1) throw new Error('away');
      return times;
    });
    const both = await Promise.allSettled([read(1), read(1)]);
    expect(both.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    expect(await read(1)).toBe(2);
  });
});
