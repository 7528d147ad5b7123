import { describe, expect, test } from '@jest/globals';
import { loaderByKey, loaderOfKnown, loaderOfLists } from './loaders.ts';

describe('a loader by key', () => {
  test('loads the keys of one tick together, each once, and answers in order, null for what is missing', async () => {
    const calls: string[][] = [];
    const loader = loaderByKey(async (keys: readonly string[]) => {
      calls.push([...keys]);
      return new Map([
        ['b', 2],
        ['a', 1],
      ]);
    });
    expect(await Promise.all(['a', 'b', 'x', 'a'].map((key) => loader.load(key)))).toEqual([1, 2, null, 1]);
    expect(calls).toEqual([['a', 'b', 'x']]);
  });

  test('tells apart a value that is falsy from one that is missing', async () => {
    const loader = loaderByKey(async () => new Map([['a', 0]]));
    expect(await loader.loadMany(['a', 'b'])).toEqual([0, null]);
  });

  test('fails every key of the batch when the load fails', async () => {
    const loader = loaderByKey(async (): Promise<Map<string, number>> => {
      throw new Error('no answer');
    });
    const results = await Promise.allSettled([loader.load('a'), loader.load('b')]);
    expect(results.map((result) => result.status)).toEqual(['rejected', 'rejected']);
  });
});

describe('a loader of lists', () => {
  test('loads together and answers with an empty list for what is missing', async () => {
    let calls = 0;
    const loader = loaderOfLists(async (_keys: readonly string[]) => {
      calls += 1;
      return new Map([['a', [1, 2]]]);
    });
    expect(await Promise.all([loader.load('a'), loader.load('x')])).toEqual([[1, 2], []]);
    expect(calls).toBe(1);
  });
});

describe('a loader of what may be at hand', () => {
  test('gives what is at hand at once, and asks once for what isn’t', async () => {
    const asked: string[] = [];
    const loader = loaderOfKnown((key) => {
      asked.push(key);
      return key === 'at hand' ? 1 : Promise.resolve(2);
    });
    expect([loader.load('at hand'), loader.load('at hand')]).toEqual([1, 1]);
    expect(await Promise.all([loader.load('away'), loader.load('away')])).toEqual([2, 2]);
    expect(asked).toEqual(['at hand', 'at hand', 'away']);
  });
});
