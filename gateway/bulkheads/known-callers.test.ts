import { expect, test } from '@jest/globals';
import { KnownCallers } from './known-callers.ts';

test('knows who came with credentials, and forgets those whom it has known for longest', () => {
  const callers = new KnownCallers();
  expect(callers.nameOf('Bearer a')).toBeNull();
  callers.remember('Bearer a', 'mbr_1');
  callers.remember('Bearer a', 'mbr_1');
  expect(callers.nameOf('Bearer a')).toBe('mbr_1');
  for (let nth = 0; nth < 10_000; nth += 1) callers.remember(`Bearer ${nth}`, `mbr_${nth}`);
  expect([callers.nameOf('Bearer a'), callers.nameOf('Bearer 0')]).toEqual([null, 'mbr_0']);
});
