import { expect, test } from '@jest/globals';
import { RequestRefused } from '../server/caller.ts';
import { createDoor } from './door.ts';

const statusOf = (enter: () => unknown): number | null => {
  try {
    enter();
    return null;
  } catch (error) {
    return error instanceof RequestRefused ? error.status : Number.NaN;
  }
};

test('a caller gets so many places, and others still find theirs', () => {
  const door = createDoor({ requests: 5, requestsOfOne: 3 });
  const leave = [1, 2, 3].map(() => door.enter('greedy'));
  expect(statusOf(() => door.enter('greedy'))).toBe(429);
  expect([statusOf(() => door.enter('a')), statusOf(() => door.enter('b'))]).toEqual([null, null]);
  expect(statusOf(() => door.enter('c'))).toBe(503);
  leave[0]?.();
  expect(statusOf(() => door.enter('greedy'))).toBeNull();
  expect(statusOf(() => door.enter('greedy'))).toBe(503);
});

test('who is turned away hears when to come again', () => {
  const door = createDoor({ requests: 0, requestsOfOne: 1 });
  expect(() => door.enter('a')).toThrow(
    expect.objectContaining({
      errors: [expect.objectContaining({ extensions: { code: 'BUSY', retryAfterMs: 1000 } })],
    }),
  );
});
