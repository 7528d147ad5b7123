import { expect, test } from '@jest/globals';
import { rememberFor } from './remembered.ts';

test('what follows from a list is worked out once for each key, nothing as well, and anew from another list', () => {
  const remember = rememberFor<string | null>();
  const worked: string[] = [];
  const ask = (list: readonly object[], key: string, value: string | null) =>
    remember(list, key, () => {
      worked.push(key);
      return value;
    });
  const list = [{}];
  expect([ask(list, 'a', 'A'), ask(list, 'a', 'B'), ask(list, 'none', null), ask(list, 'none', 'C')]).toEqual([
    'A',
    'A',
    null,
    null,
  ]);
  expect(ask([{}], 'a', 'of another list')).toBe('of another list');
  expect(worked).toEqual(['a', 'none', 'a']);
});
