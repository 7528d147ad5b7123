import { expect, test } from '@jest/globals';
import { newId } from '#kit/ids/ids.ts';
import { MemberFilter } from './member-filter.ts';

test('everybody who was added is in it, and of the others no more than one in thirty seems to be', () => {
  const [added, others] = [0, 1].map(() => Array.from({ length: 20_000 }, () => newId('member')));
  const filter = new MemberFilter(20_000);
  for (const memberId of added ?? []) filter.add(memberId);
  expect(added?.every((memberId) => filter.mayHave(memberId))).toBe(true);
  expect(others?.filter((memberId) => filter.mayHave(memberId)).length).toBeLessThan(20_000 / 30);
});

test('an empty one has nobody', () => {
  expect(new MemberFilter(0).mayHave('mbr_1')).toBe(false);
});
