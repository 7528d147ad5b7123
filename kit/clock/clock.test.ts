import { describe, expect, test } from '@jest/globals';
import { systemClock, testClock } from './clock.ts';

describe('a clock', () => {
  test('of the system tells the machine time', () => {
    expect(Math.abs(systemClock.now().getTime() - Date.now())).toBeLessThan(1_000);
  });

  test('of a test stands still until it is moved', () => {
    const clock = testClock('2026-11-11T00:00:00Z');
    expect(clock.now()).toEqual(clock.now());
    clock.advance(90_000);
    expect(clock.now().toISOString()).toBe('2026-11-11T00:01:30.000Z');
    clock.advance(-30_000);
    expect(clock.now().toISOString()).toBe('2026-11-11T00:01:00.000Z');
    clock.set(new Date('2027-01-01T00:00:00Z'));
    expect(clock.now().toISOString()).toBe('2027-01-01T00:00:00.000Z');
  });

  test('hands out a copy: changing the date does not move it', () => {
    const clock = testClock('2026-11-11T00:00:00Z');
    clock.now().setFullYear(1999);
    expect(clock.now().getUTCFullYear()).toBe(2026);
  });

  test('refuses what is no instant', () => {
    expect(() => testClock('soon')).toThrow(RangeError);
  });
});
