import { expect, test } from '@jest/globals';
import { Kind, parse } from 'graphql';
import { eventually } from '#kit/testing/eventually.ts';
import { createEndedSessions, mayEndSessions } from './ended-sessions.ts';

function aList() {
  let now = 1_000_000;
  const owner = { ended: [] as string[], away: false, asked: [] as (string | null)[] };
  const failures: unknown[] = [];
  const sessions = createEndedSessions({
    clock: { now: () => new Date(now) },
    onFailure: (error) => failures.push(error),
    async read(since) {
      owner.asked.push(since);
      if (owner.away) throw new Error('away');
      return { sessionIds: [...owner.ended], asOf: `as of ${now}` };
    },
  });
  return { sessions, owner, failures, wait: (ms: number) => (now += ms) };
}

test('a session that ended is known within a second, and the owner is asked twice a second at most', async () => {
  const { sessions, owner, wait } = aList();
  expect(await sessions.includes('ses_1')).toBe(false);
  owner.ended = ['ses_1'];
  expect([await sessions.includes('ses_1'), owner.asked]).toEqual([false, [null]]);
  wait(1000);
  expect([await sessions.includes('ses_1'), await sessions.includes('ses_2')]).toEqual([true, false]);
  expect(owner.asked).toEqual([null, 'as of 1000000']);
});

test('between half a second and a whole one nobody waits', async () => {
  const { sessions, owner, wait } = aList();
  await sessions.includes('ses_1');
  owner.ended = ['ses_1'];
  wait(600);
  expect(await sessions.includes('ses_1')).toBe(false);
  await eventually(async () => expect(await sessions.includes('ses_1')).toBe(true));
});

test('what has ended is known at once after asking for it', async () => {
  const { sessions, owner } = aList();
  await sessions.includes('ses_1');
  owner.ended = ['ses_1'];
  await sessions.refresh();
  expect(await sessions.includes('ses_1')).toBe(true);
});

test('while the owner is away what was known goes on counting, and is remembered as long as a token lasts', async () => {
  const { sessions, owner, failures, wait } = aList();
  owner.ended = ['ses_1'];
  await sessions.refresh();
  owner.away = true;
  wait(1000);
  expect([await sessions.includes('ses_1'), await sessions.includes('ses_2'), failures.length]).toEqual([
    true,
    false,
    1,
  ]);
  owner.away = false;
  owner.ended = [];
  wait(15 * 60_000);
  expect(await sessions.includes('ses_1')).toBe(true);
  wait(60_001);
  expect(await sessions.includes('ses_1')).toBe(false);
});

test.each([
  ['mutation { signOut(input: {}) { signedOut } }', true],
  ['mutation { refreshSession(input: {}) { session { accessToken } } }', true],
  ['mutation { ...F } fragment F on Mutation { signOut { signedOut } }', true],
  ['mutation { placeOrder { order { id } } }', false],
  ['{ signOut }', false],
])('%s may end a session: %p', (text, expected) => {
  const operation = parse(text).definitions.find((definition) => definition.kind === Kind.OPERATION_DEFINITION);
  expect(operation && mayEndSessions(operation)).toBe(expected);
});
