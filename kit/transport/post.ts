import type { Pool } from 'undici';
import type { Deadline } from './deadline.ts';
import { textOfPieces } from './text-of-pieces.ts';

/** What came back. */
export interface Posted {
  readonly status: number;
  readonly text: string;
}

/**
 * Posts a JSON text. The pool is asked at its lowest level: the streams of its `request` cost more than all the rest of a call between
 * services. Rejects with the deadline's reason once that is over.
 */
export function post(
  pool: Pool,
  path: string,
  body: string,
  headers: Readonly<Record<string, string>>,
  deadline: Deadline,
): Promise<Posted> {
  return new Promise((resolve, reject) => {
    // Until it has a connection the request can't be taken back: it is when it gets one.
    deadline.whenOver = () => reject(deadline.reason);
    if (deadline.reason !== null) {
      reject(deadline.reason);
      return;
    }
    let status = 0;
    const chunks: Buffer[] = [];
    pool.dispatch(
      { method: 'POST', path, body, headers: { 'content-type': 'application/json', ...headers } },
      {
        onRequestStart(controller) {
          const abort = () => controller.abort(deadline.reason as Error);
          deadline.whenOver = abort;
          if (deadline.reason !== null) abort();
        },
        onResponseStart(_controller, statusCode) {
          status = statusCode;
        },
        onResponseData(_controller, chunk) {
          chunks.push(chunk);
        },
        onResponseEnd() {
          deadline.whenOver = null;
          resolve({ status, text: textOfPieces(chunks) });
        },
        onResponseError(_controller, error) {
          deadline.whenOver = null;
          reject(error);
        },
      },
    );
  });
}
