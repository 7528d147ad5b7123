import { expect, test } from '@jest/globals';
import { createKeyMemory } from './key-memory.ts';

test('a key is remembered for its time, however often it is used', () => {
  let now = 0;
  const memory = createKeyMemory<string>({ rememberMs: 100, most: 10 }, () => now);
  memory.set('mbr_1', 'key');
  now = 99;
  expect(memory.get('mbr_1')).toBe('key');
  now = 100;
  expect(memory.get('mbr_1')).toBeUndefined();
});

test('the oldest key makes room for a new one', () => {
  const memory = createKeyMemory<string>({ rememberMs: 100, most: 2 }, () => 0);
  for (const owner of ['mbr_1', 'mbr_2', 'mbr_1', 'mbr_3']) memory.set(owner, owner);
  expect([memory.get('mbr_1'), memory.get('mbr_2'), memory.get('mbr_3')]).toEqual(['mbr_1', undefined, 'mbr_3']);
});

test('a forgotten key is gone at once', () => {
  const memory = createKeyMemory<string>({ rememberMs: 100, most: 2 }, () => 0);
  memory.set('mbr_1', 'key');
  memory.forget('mbr_1');
  expect(memory.get('mbr_1')).toBeUndefined();
});

test('a barred key is gone at once, and not remembered again for its time', () => {
  let now = 0;
  const memory = createKeyMemory<string>({ rememberMs: 100, most: 2 }, () => now);
  memory.set('mbr_1', 'key');
  memory.bar('mbr_1');
  memory.set('mbr_1', 'read before');
  expect(memory.get('mbr_1')).toBeUndefined();
  now = 100;
  memory.set('mbr_1', 'read again');
  expect(memory.get('mbr_1')).toBe('read again');
});
