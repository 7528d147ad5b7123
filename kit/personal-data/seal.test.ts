import { createSecretKey, randomBytes } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { seal, SealBrokenError, unseal } from './seal.ts';

const key = createSecretKey(randomBytes(32));
const place = 'member members.profile of mbr_1';

describe('a sealed text', () => {
  test('opens with its key at its place, and shows nothing of itself', () => {
    const sealed = seal('王小明 13800138000', key, place);
    expect(unseal(sealed, key, place)).toBe('王小明 13800138000');
    expect(Buffer.from(sealed, 'base64url').includes('13800138000')).toBe(false);
  });

  test('is another one each time, so that equal values can not be told', () => {
    expect(seal('same', key, place)).not.toBe(seal('same', key, place));
  });

  test('has 29 bytes more than the text', () => {
    expect(Buffer.from(seal('x'.repeat(100), key, place), 'base64url')).toHaveLength(129);
  });

  test('of nothing opens as nothing', () => {
    expect(unseal(seal('', key, place), key, place)).toBe('');
  });

  test('does not open at another place or with another key', () => {
    const sealed = seal('text', key, place);
    expect(() => unseal(sealed, key, 'member members.profile of mbr_2')).toThrow(SealBrokenError);
    expect(() => unseal(sealed, createSecretKey(randomBytes(32)), place)).toThrow(SealBrokenError);
  });

  test('does not open once any bit of it was changed', () => {
    const bytes = Buffer.from(seal('a text of some length', key, place), 'base64url');
    for (let bit = 0; bit < bytes.length * 8; bit += 1) {
      const changed = Buffer.from(bytes);
      changed.writeUInt8(changed.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
      expect(() => unseal(changed.toString('base64url'), key, place)).toThrow(SealBrokenError);
    }
  });

  test.each([
    ['nothing', ''],
    ['a plain text', '13800138000'],
    ['too short a one', 'AQ'],
    ['a plain long text', '中'.repeat(60)],
  ])('is not %s', (_, stored) => {
    expect(() => unseal(stored, key, place)).toThrow(SealBrokenError);
  });

  test('says where it broke and not what it holds', () => {
    const sealed = seal('13800138000', key, place);
    expect(() => unseal(`${sealed.slice(0, -2)}AA`, key, place)).toThrow(
      `what is stored as ${place} was not sealed there`,
    );
  });
});
