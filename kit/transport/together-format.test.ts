import { describe, expect, test } from '@jest/globals';
import { LineReader, type PostedCall, readAnswer, readCalls, writeAnswer, writeCall } from './together-format.ts';

const call: PostedCall = {
  path: '/graphql',
  header: 'v2|1|s|1|r||e30|mac',
  traceparent: '00-1-2-01',
  body: '{"query":"{ a }","text":"你 好"}',
};

describe('calls that travel together', () => {
  test('are read as they were written', () => {
    const calls = [call, { ...call, path: '/internal/x', traceparent: undefined, body: 'null' }] as const;
    expect(readCalls(calls.map(writeCall).join(''))).toEqual(calls);
  });

  test.each<[string, Partial<PostedCall>]>([
    ['a space in its path', { path: '/internal/a b' }],
    ['a line break in its header', { header: 'a\nb' }],
    ['an empty header', { header: '' }],
    ['a space in its trace', { traceparent: '0 0' }],
  ])('are not written with %s', (_, change) => {
    expect(() => writeCall({ ...call, ...change })).toThrow(RangeError);
  });

  test.each([
    ['none', ''],
    ['a line that does not end', '/graphql h - {}'],
    ['an empty line', '/graphql h - {}\n\n'],
    ['one without a body', '/graphql h -\n'],
    ['one without a path', 'graphql h - {}\n'],
    ['more than may travel together', '/graphql h - {}\n'.repeat(65)],
  ])('are not read from %s', (_, text) => {
    expect(readCalls(text)).toBeNull();
  });
});

test('an answer is read as it was written, and nothing else is', () => {
  const answer = { index: 12, status: 400, text: '{"error":"a b"}' };
  expect(readAnswer(writeAnswer(answer).trimEnd())).toEqual(answer);
  for (const line of ['', '1', '1 200', 'x 200 {}', '1 2000 {}', '-1 200 {}']) expect(readAnswer(line)).toBeNull();
});

test('lines are read in whatever pieces they come', () => {
  const text = 'one\n你好, é\n\nlast\n';
  const bytes = Buffer.from(text);
  for (let size = 1; size <= bytes.length; size += 1) {
    const lines: string[] = [];
    const reader = new LineReader((line) => lines.push(line));
    for (let from = 0; from < bytes.length; from += size) {
      const piece = Buffer.from(bytes.subarray(from, from + size));
      reader.read(piece);
      piece.fill(0);
    }
    expect(lines).toEqual(text.split('\n').slice(0, -1));
  }
});
