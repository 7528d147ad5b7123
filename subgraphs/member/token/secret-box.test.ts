import { describe, expect, test } from '@jest/globals';
import { createSecretBox } from './secret-box.ts';

const box = createSecretBox('a secret of more than thirty-two characters');

describe('a sealed text', () => {
  test('opens with its secret and its context only', () => {
    const sealed = box.seal('{"d":"private"}', 'kid-1');
    expect(sealed).not.toContain('private');
    expect(box.open(sealed, 'kid-1')).toBe('{"d":"private"}');
    expect(() => box.open(sealed, 'kid-2')).toThrow('unable to authenticate data');
    expect(() => createSecretBox('another secret of thirty-two characters').open(sealed, 'kid-1')).toThrow(
      'unable to authenticate data',
    );
  });

  test('does not open once any part of it was changed', () => {
    const parts = box.seal('some private text', 'kid-1').split('.');
    for (const index of [0, 1, 3]) {
      const part = parts[index] ?? '';
      const changed = `${part.startsWith('A') ? 'B' : 'A'}${part.slice(1)}`;
      expect(() => box.open(parts.with(index, changed).join('.'), 'kid-1')).toThrow('unable to authenticate data');
    }
    expect(() => box.open('rubbish', 'kid-1')).toThrow('this was not sealed by us');
    expect(() => box.open(parts.with(3, (parts[3] ?? '').slice(0, 6)).join('.'), 'kid-1')).toThrow(
      'this was not sealed by us',
    );
  });
});

describe('a derived token', () => {
  test('is the same 256 bits for the same text and secret, and others otherwise', () => {
    expect(box.derive('token')).toBe(box.derive('token'));
    expect(Buffer.from(box.derive('token'), 'base64url')).toHaveLength(32);
    expect(box.derive('token')).not.toBe(box.derive('token2'));
    expect(createSecretBox('another secret of thirty-two characters').derive('token')).not.toBe(box.derive('token'));
  });
});
