import { describe, expect, test } from '@jest/globals';
import { WorkingCopy } from './working-copy.ts';

const rows = new Map([
  ['a', 1],
  ['b', 2],
]);

describe('a working copy', () => {
  test('shows what was changed on it, with what it was before, and leaves the rows alone', () => {
    const copy = new WorkingCopy(rows);
    copy.set('a', 0);
    copy.set('c', 3);
    expect([copy.get('a'), copy.get('b'), copy.get('c'), copy.get('d')]).toEqual([0, 2, 3, undefined]);
    expect(copy.changes()).toEqual([
      { key: 'a', before: 1, now: 0 },
      { key: 'c', before: undefined, now: 3 },
    ]);
    expect(rows.get('a')).toBe(1);
  });

  test('forgets a tried decision unless it is kept', () => {
    const copy = new WorkingCopy(rows);
    const forgotten = new WorkingCopy(copy);
    forgotten.set('a', 7);
    expect(copy.changes()).toEqual([]);
    const kept = new WorkingCopy(copy);
    kept.set('a', 8);
    kept.keep();
    expect(copy.changes()).toEqual([{ key: 'a', before: 1, now: 8 }]);
    expect(() => copy.keep()).toThrow('nothing below');
  });
});
