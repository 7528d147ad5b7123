import { describe, expect, test } from '@jest/globals';
import { announceMs, lifeOfNewKey, needsSuccessor, signingKeyAt, signingMs } from './key-life.ts';

const begin = new Date('2026-01-01T00:00:00Z');
const after = (ms: number) => new Date(begin.getTime() + ms);
const minute = 60_000;
const first = lifeOfNewKey(begin, true);

describe('signing keys', () => {
  test('let the first one sign at once, and a later one only when everybody can know it', () => {
    expect(first.signsFrom).toEqual(begin);
    expect(lifeOfNewKey(begin, false).signsFrom).toEqual(after(10 * minute));
  });

  test('get a successor shortly before 30 days, one only', () => {
    expect(needsSuccessor([], begin)).toBe(true);
    expect(needsSuccessor([first], after(signingMs - announceMs - 1))).toBe(false);
    const due = after(signingMs - announceMs);
    expect(needsSuccessor([first], due)).toBe(true);
    expect(needsSuccessor([first, lifeOfNewKey(due, false)], due)).toBe(false);
  });

  test('change hands without a gap, and the old one is published for as long as its tokens live', () => {
    const due = after(signingMs - announceMs);
    const second = lifeOfNewKey(due, false);
    expect(signingKeyAt([first, second], due)).toBe(first);
    expect(signingKeyAt([first, second], second.signsFrom)).toBe(second);
    expect(first.publishedUntil.getTime() - first.signsUntil.getTime()).toBeGreaterThan(15 * minute);
  });

  test('go on signing when the rotation is late, but never longer than they are published', () => {
    expect(signingKeyAt([first], after(signingMs + 60 * minute))).toBe(first);
    const last = new Date(first.publishedUntil.getTime() - 15 * minute);
    expect(signingKeyAt([first], last)).toBeNull();
    expect(signingKeyAt([], begin)).toBeNull();
  });
});
