import { afterEach, describe, expect, test } from '@jest/globals';
import { decodeTime, isValid } from 'ulid';
import { idTime, isId, newId } from './ids.ts';

const { now: machineNow } = Date;
const stopTheClockAt = (time: number) => (Date.now = () => time);
afterEach(() => {
  Date.now = machineNow;
});

describe('a new id', () => {
  test('is its kind and a ULID of this moment', () => {
    const before = Date.now();
    const id = newId('order');
    expect(id).toMatch(/^ord_[0-9A-HJKMNP-TV-Z]{26}$/);
    expect(isValid(id.slice(4))).toBe(true);
    expect(decodeTime(id.slice(4))).toBeGreaterThanOrEqual(before);
    expect(idTime(id).getTime()).toBe(decodeTime(id.slice(4)));
  });

  test('is greater than the one before, 100,000 times in a row', () => {
    const ids = Array.from({ length: 100_000 }, () => newId('event'));
    expect(ids.findIndex((id, index) => index > 0 && id <= (ids[index - 1] ?? ''))).toBe(-1);
  });

  test('is greater than the one before when the machine clock steps back an hour', () => {
    const before = newId('event');
    stopTheClockAt(Date.now() - 3_600_000);
    expect(newId('event') > before).toBe(true);
  });

  test('cannot be guessed from its neighbour in the same millisecond', () => {
    stopTheClockAt(Date.now() + 1_000);
    const digits = (id: string) =>
      [...id.slice(14)].reduce(
        (all, digit) => all * 32n + BigInt('0123456789ABCDEFGHJKMNPQRSTVWXYZ'.indexOf(digit)),
        0n,
      );
    const ids = Array.from({ length: 50 }, () => digits(newId('cart')));
    const steps = ids.slice(1).map((id, index) => id - (ids[index] ?? 0n));
    expect(new Set(steps).size).toBe(49);
    expect(steps.filter((step) => step > 2n ** 40n).length).toBeGreaterThan(45);
  });
});

describe('an id of a kind', () => {
  test('is told from another kind', () => {
    expect(isId('order', newId('order'))).toBe(true);
    expect(isId('order', newId('cart'))).toBe(false);
  });

  test.each([
    null,
    7,
    {},
    ['ord_01JD9YB3QJ8H1V6Z3S4T5W6X7Y'],
    '',
    'ord_',
    'ord_01jd9yb3qj8h1v6z3s4t5w6x7y',
    'ord_81JD9YB3QJ8H1V6Z3S4T5W6X7Y',
    'ord_01JD9YB3QJ8H1V6Z3S4T5W6X7',
    'ord_01JD9YB3QJ8H1V6Z3S4T5W6X7Y\n',
    'ord_01JD9YB3QJ8H1V6Z3S4T5W6X7I',
  ])('is not %j', (value) => {
    expect(isId('order', value)).toBe(false);
  });

  test('tells its time, and nothing else does', () => {
    expect(idTime('ord_01ARZ3NDEKTSV4RRFFQ69G5FAV').getTime()).toBe(1_469_922_850_259);
    expect(() => idTime('hello')).toThrow(RangeError);
    expect(() => idTime('01ARZ3NDEKTSV4RRFFQ69G5FAV')).toThrow(RangeError);
  });
});
