import type { HttpAnswer, OnPiece } from './answer-reader.ts';
import type { Connections } from './connections.ts';
import type { Deadline } from './deadline.ts';

/** What a path, or the value of a field, could end with. */
const unsafeInPath = /[^\x21-\x7e]/;
const unsafeInField = /[^\x20-\x7e]/;

interface PostOptions {
  /** JSON unless given. */
  readonly contentType?: string;
  /** Is given the body of an answer with status 200 piece by piece, instead of whoever waits for the answer. */
  readonly onPiece?: OnPiece | null;
}

/** Posts a text. Throws RangeError for a path or field that would say something else over HTTP; rejects as `Connections.send` does. */
export function post(
  { connections, host }: { readonly connections: Connections; readonly host: string },
  path: string,
  body: string,
  fields: Readonly<Record<string, string>>,
  deadline: Deadline,
  { contentType = 'application/json', onPiece = null }: PostOptions = {},
): Promise<HttpAnswer> {
  if (unsafeInPath.test(path)) throw new RangeError('a path that HTTP would read otherwise');
  let head = `POST ${path} HTTP/1.1\r\nhost: ${host}\r\ncontent-type: ${contentType}\r\n`;
  for (const name in fields) {
    const value = fields[name] ?? '';
    if (unsafeInField.test(value)) throw new RangeError(`${name} would be read otherwise by HTTP`);
    head += `${name}: ${value}\r\n`;
  }
  const bytes = Buffer.byteLength(body);
  return connections.send(
    `${head}content-length: ${bytes}\r\n\r\n${body}`,
    // One byte for each character is written faster.
    bytes === body.length ? 'latin1' : 'utf8',
    deadline,
    onPiece,
  );
}
