import type { CallPath } from './call.ts';

/** Where a service takes calls that travel together. */
export const togetherPath = '/together';

/** More are several requests. */
export const togetherAtMost = 64;

/** One call as it travels: what a request of its own would say in its first line, its fields and its body. */
export interface PostedCall {
  readonly path: CallPath;
  /** Who it is made for, signed. */
  readonly header: string;
  readonly traceparent: string | undefined;
  /** A JSON text without line breaks. */
  readonly body: string;
}

/** The answer to one of the calls. */
export interface PostedAnswer {
  /** Of the call among those that it came with, from 0 on. */
  readonly index: number;
  readonly status: number;
  /** A JSON text without line breaks. */
  readonly text: string;
}

/** What comes before the body or the text: nothing in it may end it. */
const safeCall = /^[\x21-\x7e]+ [\x21-\x7e]+ [\x21-\x7e]+$/;
const call = /^(\/\S*) (\S+) (\S+) (.+)$/;
const answerHead = /^(\d{1,6}) (\d{3}) /;
const none = '-';

/** A call as a line. Throws RangeError for one that would say something else. */
export function writeCall({ path, header, traceparent = none, body }: PostedCall): string {
  const head = `${path} ${header} ${traceparent}`;
  if (!safeCall.test(head)) throw new RangeError('a call that would be read otherwise');
  return `${head} ${body}\n`;
}

/** All calls of a request; null unless every line is one, and they are no more than may travel together. */
export function readCalls(text: string): readonly PostedCall[] | null {
  const lines = text.split('\n');
  if (lines.pop() !== '' || lines.length === 0 || lines.length > togetherAtMost) return null;
  const calls: PostedCall[] = [];
  for (const line of lines) {
    const [whole, path = '', header = '', traceparent, body = ''] = call.exec(line) ?? [];
    if (whole === undefined) return null;
    calls.push({ path: path as CallPath, header, traceparent: traceparent === none ? undefined : traceparent, body });
  }
  return calls;
}

/** An answer as a line. */
export function writeAnswer({ index, status, text }: PostedAnswer): string {
  return `${index} ${status} ${text}\n`;
}

/** The answer of a line; null when it is none. */
export function readAnswer(line: string): PostedAnswer | null {
  const [head, index, status] = answerHead.exec(line) ?? [];
  return head === undefined ? null : { index: Number(index), status: Number(status), text: line.slice(head.length) };
}

const lineEnd = 0x0a;

/** Cuts bytes into lines, in whatever pieces they come. The bytes of a piece may be overwritten once it is read. */
export class LineReader {
  readonly #onLine: (line: string) => void;
  /** Of a line whose end has not come yet. */
  #begun: Buffer[] = [];

  constructor(onLine: (line: string) => void) {
    this.#onLine = onLine;
  }

  read(bytes: Buffer): void {
    let from = 0;
    for (let end = bytes.indexOf(lineEnd); end >= 0; end = bytes.indexOf(lineEnd, from)) {
      const text = this.#begun.length === 0 ? bytes.toString('utf8', from, end) : this.#whole(bytes.subarray(0, end));
      from = end + 1;
      this.#onLine(text);
    }
    if (from < bytes.length) this.#begun.push(Buffer.from(bytes.subarray(from)));
  }

  #whole(last: Buffer): string {
    const whole = Buffer.concat([...this.#begun, last]).toString('utf8');
    this.#begun = [];
    return whole;
  }
}
