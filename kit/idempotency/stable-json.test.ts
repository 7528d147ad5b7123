import { describe, expect, test } from '@jest/globals';
import { stableJson } from '#kit/idempotency/stable-json.ts';

describe('stable JSON', () => {
  test('does not depend on the order of keys, at any depth', () => {
    expect(stableJson({ b: [{ y: 1, x: 2 }], a: null })).toBe('{"a":null,"b":[{"x":2,"y":1}]}');
    expect(stableJson({ a: null, b: [{ x: 2, y: 1 }] })).toBe('{"a":null,"b":[{"x":2,"y":1}]}');
  });

  test('keeps the order of lists', () => {
    expect(stableJson([2, 1])).not.toBe(stableJson([1, 2]));
  });

  test('treats a missing and an undefined member alike, null differently', () => {
    expect(stableJson({ a: undefined })).toBe('{}');
    expect(stableJson({ a: null })).toBe('{"a":null}');
    expect(stableJson(undefined)).toBe('null');
  });

  test('writes dates as ISO text', () => {
    expect(stableJson({ at: new Date(0) })).toBe('{"at":"1970-01-01T00:00:00.000Z"}');
  });

  test('keeps a member called __proto__', () => {
    expect(stableJson(JSON.parse('{"__proto__":{"a":1},"b":2}'))).toBe('{"__proto__":{"a":1},"b":2}');
  });
});
