import { expect, test } from '@jest/globals';
import { testClock } from './clock.ts';
import { createToldClock } from './told-clock.ts';

const noon = new Date('2026-11-22T12:00:00.000Z');
const later = (ms: number) => new Date(noon.getTime() + ms);

test('a clock that was told nothing is the machine’s', () => {
  expect(createToldClock({ machine: testClock(noon), keep: 1 }).now()).toEqual(noon);
});

test('a clock is the machine’s while that is within two seconds of what was told, and what was told beyond', () => {
  const machine = testClock(noon);
  const clock = createToldClock({ machine, monotonicMs: () => 0, keep: 1 });
  clock.told(later(2_000));
  expect(clock.now()).toEqual(noon);
  machine.advance(-1);
  expect(clock.now()).toEqual(later(2_000));
});

test('what has passed since is added by a counter that no jump of the machine’s clock touches', () => {
  const machine = testClock(later(-600_000));
  let passed = 1_000;
  const clock = createToldClock({ machine, monotonicMs: () => passed, keep: 1 });
  clock.told(noon);
  passed += 250;
  machine.advance(3_600_000);
  expect(clock.now()).toEqual(later(250));
});

test('of the tellings that are kept the latest time counts, and older ones are forgotten', () => {
  const machine = testClock(later(-600_000));
  const clock = createToldClock({ machine, monotonicMs: () => 0, keep: 2 });
  clock.told(later(100));
  clock.told(later(40));
  expect(clock.now()).toEqual(later(100));
  clock.told(later(30));
  expect(clock.now()).toEqual(later(40));
});
