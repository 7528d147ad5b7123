import { describe, expect, test } from '@jest/globals';
import { readDisplayName } from './names.ts';
import { isAcceptablePassword, readPassword } from './password-rules.ts';
import { judgeRefresh, type ShownToken } from './session-rules.ts';

const now = new Date('2026-11-22T12:00:00Z');
const secondsAgo = (seconds: number) => new Date(now.getTime() - seconds * 1000);
const fresh: ShownToken = { usedAt: null, successorUsed: false, familyEnded: false, expiresAt: new Date('2026-12-01') };

describe('a refresh token', () => {
  test.each<[string, ShownToken | null, string]>([
    ['that nobody knows has expired', null, 'EXPIRED'],
    ['that is fresh is exchanged', fresh, 'ROTATE'],
    ['has expired at its very end', { ...fresh, expiresAt: now }, 'EXPIRED'],
    ['of an ended family has expired', { ...fresh, familyEnded: true }, 'EXPIRED'],
    ['used a moment ago is a retry', { ...fresh, usedAt: secondsAgo(0) }, 'REPEAT'],
    ['used 10 s ago is still a retry', { ...fresh, usedAt: secondsAgo(10) }, 'REPEAT'],
    ['used more than 10 s ago is reused', { ...fresh, usedAt: secondsAgo(10.001) }, 'REUSED'],
    ['is reused once its successor was used', { ...fresh, usedAt: secondsAgo(1), successorUsed: true }, 'REUSED'],
    ['retried after signing out has expired', { ...fresh, usedAt: secondsAgo(1), familyEnded: true }, 'EXPIRED'],
    [
      'reused after the family ended is still reported',
      { ...fresh, usedAt: secondsAgo(60), familyEnded: true },
      'REUSED',
    ],
  ])('%s', (_name, token, verdict) => {
    expect(judgeRefresh(token, now)).toBe(verdict);
  });
});

describe('a password', () => {
  test.each([
    [7, false],
    [8, true],
    [128, true],
    [129, false],
  ])('of %i characters is accepted: %s', (length, accepted) => {
    expect(isAcceptablePassword('x'.repeat(length))).toBe(accepted);
    expect(isAcceptablePassword('密'.repeat(length))).toBe(accepted);
  });

  test('is the same however its characters were entered', () => {
    expect(readPassword('cafe\u0301 cafe\u0301')).toBe(readPassword('café café'));
  });
});

describe('a display name', () => {
  test.each([
    [' 李  雷 ', '李 雷'],
    ['x'.repeat(40), 'x'.repeat(40)],
    ['x'.repeat(41), null],
    ['   ', null],
    ['a\u0000b', null],
    ['a\u202Eb', null],
  ])('%j is read as %j', (text, name) => {
    expect(readDisplayName(text)).toBe(name);
  });
});
