/** An HTTP answer as far as a benchmark looks at it. */
export interface Answer {
  readonly status: number;
  readonly body: string;
}

const endOfHead = '\r\n\r\n';

/**
 * Cuts what comes out of a socket into answers with a `content-length`, the only kind that the gateway gives to a POST. Anything else throws, because the
 * figures would be wrong.
 */
export function createAnswerReader(onAnswer: (answer: Answer) => void): (chunk: Buffer) => void {
  let waiting: Buffer = Buffer.alloc(0);
  return (chunk) => {
    waiting = waiting.length === 0 ? chunk : Buffer.concat([waiting, chunk]);
    for (;;) {
      const headEnd = waiting.indexOf(endOfHead);
      if (headEnd < 0) return;
      const head = waiting.toString('latin1', 0, headEnd);
      const length = /\r\ncontent-length: *(\d+)/i.exec(head)?.[1];
      const status = /^HTTP\/1\.1 (\d{3})/.exec(head)?.[1];
      if (length === undefined || status === undefined) throw new Error(`an answer that can't be read: ${head}`);
      const begin = headEnd + endOfHead.length;
      const end = begin + Number(length);
      if (waiting.length < end) return;
      const body = waiting.toString('utf8', begin, end);
      waiting = waiting.subarray(end);
      onAnswer({ status: Number(status), body });
    }
  };
}
