import { describe, expect, test } from '@jest/globals';
import { chanceOf } from '#kit/testing/chance.ts';
import { AnswerReader, MalformedAnswer, type HttpAnswer } from './answer-reader.ts';
import { heardByNode } from './fixtures/heard-by-node.ts';
import { damaged, madeUpAnswer } from './fixtures/made-up-answers.ts';

/** What is made of pieces of an answer after which the other side hangs up: null for one that breaks off, its fault for one that is malformed. */
function heard(pieces: readonly Buffer[]): HttpAnswer | string | null {
  const reader = new AnswerReader();
  try {
    for (const piece of pieces) {
      const answer = reader.read(piece);
      if (answer !== null) return answer;
    }
    return reader.end();
  } catch (error) {
    if (!(error instanceof MalformedAnswer)) throw error;
    return error.message;
  }
}

/** What is heard byte by byte, and how many bytes it took. */
function heardUpTo(bytes: Buffer) {
  const reader = new AnswerReader();
  try {
    for (let at = 0; at < bytes.length; at += 1) {
      const made = reader.read(bytes.subarray(at, at + 1));
      if (made !== null) return { made, used: at + 1 };
    }
    return { made: reader.end(), used: bytes.length };
  } catch (error) {
    if (!(error instanceof MalformedAnswer)) throw error;
    return { made: error.message, used: bytes.length };
  }
}

/** The same bytes whole, in two pieces cut at every place, and byte by byte. */
function* inPieces(bytes: Buffer): Generator<Buffer[]> {
  yield [bytes];
  for (let at = 1; at < bytes.length; at += 1) yield [bytes.subarray(0, at), bytes.subarray(at)];
  yield Array.from({ length: bytes.length }, (_, at) => bytes.subarray(at, at + 1));
}

const answer = (...lines: string[]): Buffer => Buffer.from(lines.join('\r\n'));
const ok = 'HTTP/1.1 200 OK';

describe('an answer is read in whatever pieces it comes', () => {
  test.each<[string, Buffer, HttpAnswer]>([
    [
      'with its length',
      answer(ok, 'Content-Length: 5', '', 'ü12€'.slice(0, 3) + '!'),
      { status: 200, text: 'ü12!', keptMs: Infinity },
    ],
    ['without a body', answer(ok, 'content-length: 0', '', ''), { status: 200, text: '', keptMs: Infinity }],
    [
      'in chunks',
      answer(ok, 'Transfer-Encoding: chunked', '', '3', 'abc', '0A;x="y"', '0123456789', '0', '', ''),
      { status: 200, text: 'abc0123456789', keptMs: Infinity },
    ],
    [
      'in chunks that cut a character',
      Buffer.concat([
        answer(ok, 'transfer-encoding: chunked', '', '1', ''),
        Buffer.from([0xc3]),
        answer('', '1', ''),
        Buffer.from([0xa9]),
        answer('', '0', '', ''),
      ]),
      { status: 200, text: 'é', keptMs: Infinity },
    ],
    [
      'in chunks with trailers',
      answer(ok, 'transfer-encoding: chunked', '', '1', 'a', '0', 'x-sum: 1', '', ''),
      { status: 200, text: 'a', keptMs: Infinity },
    ],
    [
      'until the other side hangs up',
      answer(ok, 'x: y', '', 'all of it'),
      { status: 200, text: 'all of it', keptMs: 0 },
    ],
    [
      'after others that only announce it',
      answer(
        'HTTP/1.1 100 Continue',
        '',
        'HTTP/1.1 103 Early Hints',
        'link: </x>',
        '',
        'HTTP/1.1 400 Bad Request',
        'content-length: 2',
        '',
        '{}',
      ),
      { status: 400, text: '{}', keptMs: Infinity },
    ],
    [
      'that has no body by its status',
      answer('HTTP/1.1 304 Not Modified', 'content-length: 7', '', ''),
      { status: 304, text: '', keptMs: Infinity },
    ],
    [
      'without words beside its status',
      answer('HTTP/1.1 503 ', 'content-length: 1', '', '1'),
      { status: 503, text: '1', keptMs: Infinity },
    ],
    [
      'whose connection ends',
      answer(ok, 'Connection: Close', 'content-length: 1', '', '1'),
      { status: 200, text: '1', keptMs: 0 },
    ],
    [
      'whose connection is kept for a while',
      answer(ok, 'Connection: keep-alive', 'Keep-Alive: timeout=5, max=9', 'content-length: 1', '', '1'),
      { status: 200, text: '1', keptMs: 5_000 },
    ],
    [
      'of an older server',
      answer('HTTP/1.0 200 OK', 'content-length: 1', '', '1'),
      { status: 200, text: '1', keptMs: 0 },
    ],
  ])('%s', (_, bytes, expected) => {
    for (const pieces of inPieces(bytes)) expect(heard(pieces)).toEqual(expected);
  });

  test('and its connection is of no more use when something follows it', () => {
    expect(heard([answer(ok, 'content-length: 1', '', '1HTTP/1.1 200 OK')])).toEqual({
      status: 200,
      text: '1',
      keptMs: 0,
    });
  });
});

describe('what could be read in two ways is refused in whatever pieces it comes:', () => {
  test.each<[string, Buffer]>([
    ['a length beside chunks', answer(ok, 'content-length: 1', 'transfer-encoding: chunked', '', '0', '', '')],
    ['two lengths', answer(ok, 'content-length: 1', 'content-length: 1', '', '1')],
    ['a length with a sign', answer(ok, 'content-length: +1', '', '1')],
    ['a list of lengths', answer(ok, 'content-length: 1, 1', '', '1')],
    ['another coding than chunks', answer(ok, 'transfer-encoding: gzip, chunked', '', '0', '', '')],
    ['chunks twice', answer(ok, 'transfer-encoding: chunked', 'transfer-encoding: chunked', '', '0', '', '')],
    ['chunks of an older server', answer('HTTP/1.0 200 OK', 'transfer-encoding: chunked', '', '0', '', '')],
    ['a chunk with another size than it says', answer(ok, 'transfer-encoding: chunked', '', '2', 'abc', '0', '', '')],
    ['a chunk with a size in another form', answer(ok, 'transfer-encoding: chunked', '', '0x2', 'ab', '0', '', '')],
    ['a malformed trailer', answer(ok, 'transfer-encoding: chunked', '', '0', 'x y', '', '')],
    ['a bare line feed', answer(ok, 'a: b\ncontent-length: 1', '', '1')],
    ['a bare carriage return', answer(ok, 'a: b\rcontent-length: 1', '', '1')],
    ['a field over two lines', answer(ok, 'a: b', ' c: d', 'content-length: 1', '', '1')],
    ['a space before a colon', answer(ok, 'content-length : 1', '', '1')],
    ['a field without a name', answer(ok, ': 1', '', '1')],
    ['a zero byte', answer(ok, 'a: \0', 'content-length: 1', '', '1')],
    ['another protocol', answer('HTTP/1.1 101 Switching Protocols', '', '')],
    ['another version', answer('HTTP/2.0 200 OK', 'content-length: 1', '', '1')],
    ['no status', answer('HTTP/1.1 OK', 'content-length: 1', '', '1')],
    ['something else than HTTP', answer('220 mail.example ESMTP', '', '', '')],
  ])('%s', (_, bytes) => {
    for (const pieces of inPieces(bytes)) expect(heard(pieces)).toMatch(/^the answer has /);
  });

  test('a head, or a line between chunks, without an end', () => {
    const endless = Buffer.alloc(17 * 1024, 'a');
    expect(heard([answer(ok, 'x: '), endless])).toBe('the answer has a long head');
    expect(heard([answer(ok, 'x: '), endless, answer('', '', '')])).toBe('the answer has a long head');
    expect(heard([answer(ok, 'transfer-encoding: chunked', '', '1;'), endless])).toBe('the answer has a long line');
  });
});

test.each<[string, Buffer]>([
  ['with its length', answer(ok, 'content-length: 5', '', '12345')],
  ['in chunks', answer(ok, 'transfer-encoding: chunked', '', '3', 'abc', '0', 'x: y', '', '')],
])('an answer %s that breaks off anywhere is none', (_, bytes) => {
  for (let length = 0; length < bytes.length; length += 1) expect(heard([bytes.subarray(0, length)])).toBeNull();
});

describe("beside Node's own HTTP client", () => {
  test('200 answers made up by chance are read the same, whole and cut at any place', async () => {
    const chance = chanceOf(6);
    for (let count = 0; count < 200; count += 1) {
      const bytes = madeUpAnswer(chance);
      const reference = await heardByNode(bytes);
      expect(reference).not.toBeNull();
      const whole = heard([bytes]);
      expect(whole).toMatchObject({ ...reference });
      if (bytes.length < 400) for (const pieces of inPieces(bytes)) expect(heard(pieces)).toEqual(whole);
    }
  });

  test('1,500 damaged ones are read as it reads them, or refused', async () => {
    const chance = chanceOf(7);
    let read = 0;
    for (let count = 0; count < 1_500; count += 1) {
      const bytes = damaged(madeUpAnswer(chance), chance);
      const { made, used } = heardUpTo(bytes);
      if (made === null || typeof made === 'string') continue;
      read += 1;
      // What follows an answer concerns its connection only; Node lets go of the answer too when it came with it.
      const sent = bytes.subarray(0, used);
      const told = { sent: sent.toString('latin1'), status: made.status, text: made.text };
      expect(told).toEqual({ sent: told.sent, ...(await heardByNode(sent)) });
    }
    // Many a damage does no harm: a letter more in a date.
    expect(read).toBeGreaterThan(300);
  });
});
