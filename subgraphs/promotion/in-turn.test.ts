import { describe, expect, test } from '@jest/globals';
import { createTurns } from './in-turn.ts';

/** Work that ends when it is told to. */
function work() {
  const started: string[] = [];
  const ends = new Map<string, () => void>();
  const run = (name: string) => () => {
    started.push(name);
    return new Promise<string>((resolve) => ends.set(name, () => resolve(name)));
  };
  return { started, run, end: (name: string) => ends.get(name)?.() };
}
const soon = () => new Promise((resolve) => setImmediate(resolve));

describe('work in turn', () => {
  test('on one key is done one after the other, in order of arrival; on another at the same time', async () => {
    const inTurn = createTurns();
    const { started, run, end } = work();
    const all = [
      inTurn(['a'], run('first')),
      inTurn(['a'], run('second')),
      inTurn(['b'], run('other')),
      inTurn([], run('free')),
    ];
    await soon();
    expect(started.toSorted()).toEqual(['first', 'free', 'other']);
    end('first');
    await soon();
    expect(started).toContain('second');
    for (const name of ['second', 'other', 'free']) end(name);
    expect(await Promise.all(all)).toEqual(['first', 'second', 'other', 'free']);
  });

  test('on several keys waits for all of them, without waiting for each other', async () => {
    const inTurn = createTurns();
    const { started, run, end } = work();
    const all = [inTurn(['a', 'b'], run('first')), inTurn(['b', 'a'], run('second'))];
    await soon();
    expect(started).toEqual(['first']);
    end('first');
    await soon();
    end('second');
    expect(await Promise.all(all)).toEqual(['first', 'second']);
  });

  test('goes on after a failure, which is its own caller’s', async () => {
    const inTurn = createTurns();
    const failing = inTurn(['a'], () => Promise.reject(new Error('no')));
    const next = inTurn(['a'], async () => 'done');
    await expect(failing).rejects.toThrow('no');
    expect(await next).toBe('done');
  });
});
