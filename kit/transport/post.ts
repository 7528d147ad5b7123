import type { Pool } from 'undici';

/** What came back. */
export interface Posted {
  readonly status: number;
  readonly text: string;
}

/**
 * Posts a JSON text. The pool is asked at its lowest level: the streams of its `request` cost more than all the rest of a call between
 * services. Rejects with the signal's reason once that is aborted.
 */
export function post(
  pool: Pool,
  path: string,
  body: string,
  headers: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<Posted> {
  return new Promise((resolve, reject) => {
    // Until it has a connection the request can't be taken back: it is when it gets one.
    let abort = () => reject(signal.reason as Error);
    const onAbort = () => abort();
    const end = () => signal.removeEventListener('abort', onAbort);
    if (signal.aborted) {
      abort();
      return;
    }
    signal.addEventListener('abort', onAbort, { once: true });
    let status = 0;
    const chunks: Buffer[] = [];
    pool.dispatch(
      { method: 'POST', path, body, headers: { 'content-type': 'application/json', ...headers } },
      {
        onRequestStart(controller) {
          abort = () => controller.abort(signal.reason as Error);
          if (signal.aborted) abort();
        },
        onResponseStart(_controller, statusCode) {
          status = statusCode;
        },
        onResponseData(_controller, chunk) {
          chunks.push(chunk);
        },
        onResponseEnd() {
          end();
          resolve({ status, text: Buffer.concat(chunks).toString('utf8') });
        },
        onResponseError(_controller, error) {
          end();
          reject(error);
        },
      },
    );
  });
}
