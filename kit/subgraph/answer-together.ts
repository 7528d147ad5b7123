import type { ServerResponse } from 'node:http';
import { type PostedCall, writeAnswer } from '#kit/transport/together-format.ts';
import { endOfTurn } from '#kit/turns/end-of-turn.ts';

/** What a call came to: its answer, or a refusal. */
export interface CallAnswer {
  readonly status: number;
  readonly text: string;
}

interface Service {
  /** Never rejects. The signal is aborted when nobody waits for the answer any more. */
  readonly answer: (call: PostedCall, signal: AbortSignal) => Promise<CallAnswer>;
  /** Whether connections end with their answers. */
  readonly isClosing: () => boolean;
}

/** Answers calls that came together: each as soon as its answer is there, those of one turn of the event loop in one piece. */
export function answerTogether(
  response: ServerResponse,
  calls: readonly PostedCall[],
  { answer, isClosing }: Service,
): void {
  const gone = new AbortController();
  const { socket } = response;
  response
    .once('finish', () => {
      if (isClosing()) socket?.end();
    })
    .once('close', () => {
      if (!response.writableFinished) gone.abort();
    });
  let missing = calls.length;
  let lines = '';

  function flush(): void {
    if (response.destroyed) return;
    if (!response.headersSent) {
      response.setHeader('content-type', 'text/plain; charset=utf-8');
      if (isClosing()) response.setHeader('connection', 'close');
    }
    if (missing === 0) response.end(lines);
    else response.write(lines);
    lines = '';
  }

  for (const [index, call] of calls.entries()) {
    void answer(call, gone.signal).then(({ status, text }) => {
      missing -= 1;
      if (lines === '') void endOfTurn().then(flush);
      lines += writeAnswer({ index, status, text });
    });
  }
}
