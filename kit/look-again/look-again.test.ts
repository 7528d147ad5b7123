import { expect, test } from '@jest/globals';
import { createLookAgain } from './look-again.ts';

function aLook(lookedAt?: number) {
  let now = 1_000_000;
  let looks = 0;
  const failures: unknown[] = [];
  const finishing: { resolve: () => void; reject: (error: unknown) => void }[] = [];
  const again = createLookAgain({
    everyMs: 500,
    clock: () => now,
    ...(lookedAt === undefined ? {} : { lookedAt: now + lookedAt }),
    onFailure: (error) => failures.push(error),
    look() {
      looks += 1;
      return new Promise((resolve, reject) => finishing.push({ resolve, reject }));
    },
  });
  const state = { waited: false };
  const asked = () => void Promise.resolve(again.recently()).then(() => (state.waited = true));
  const settle = () => new Promise((resolve) => setImmediate(resolve));
  return {
    again,
    asked,
    settle,
    state,
    looks: () => looks,
    wait: (ms: number) => (now += ms),
    failures,
    finish: () => finishing.shift()?.resolve(),
    fail: () => finishing.shift()?.reject('away'),
  };
}

test('the first who asks waits for the first look, unless nothing could be seen before', async () => {
  const first = aLook();
  first.asked();
  await first.settle();
  expect([first.looks(), first.state.waited]).toEqual([1, false]);
  first.finish();
  await first.settle();
  expect(first.state.waited).toBe(true);

  const later = aLook(0);
  later.asked();
  await later.settle();
  expect([later.looks(), later.state.waited]).toEqual([0, true]);
});

test('a look is used for half a second, then another one begins that nobody waits for until a whole one is over', async () => {
  const { asked, again, settle, state, looks, wait, finish } = aLook(0);
  wait(499);
  await again.recently();
  expect(looks()).toBe(0);
  wait(1);
  await again.recently();
  expect(looks()).toBe(1);
  wait(500);
  asked();
  await settle();
  expect([looks(), state.waited]).toEqual([1, false]);
  finish();
  await settle();
  expect(state.waited).toBe(true);
});

test('a look that is asked for begins after the one that is under way', async () => {
  const { again, settle, looks, wait, finish } = aLook(0);
  wait(500);
  await again.recently();
  const asked = again.now();
  await settle();
  expect(looks()).toBe(1);
  finish();
  await settle();
  expect(looks()).toBe(2);
  finish();
  await asked;
});

test('a clock that was set back makes the last look an old one', async () => {
  const { again, asked, settle, state, looks, wait, finish } = aLook(0);
  await again.recently();
  wait(-3_600_000);
  asked();
  await settle();
  expect([looks(), state.waited]).toEqual([1, false]);
  finish();
  await settle();
  expect(state.waited).toBe(true);
});

test('a look that failed late is told, and nobody waits for the next one at once', async () => {
  const { again, asked, settle, state, looks, wait, fail, failures } = aLook();
  asked();
  await settle();
  wait(3_000);
  fail();
  await settle();
  expect([state.waited, failures]).toEqual([true, ['away']]);
  await again.recently();
  expect(looks()).toBe(1);
});
