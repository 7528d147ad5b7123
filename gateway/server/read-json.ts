import type { IncomingMessage } from 'node:http';
import { parse } from 'secure-json-parse';
import { badInput } from '#kit/graphql/errors.ts';
import { textOfPieces } from '#kit/transport/text-of-pieces.ts';
import { RequestRefused, tooLarge } from './caller.ts';

const jsonMediaType = /^\s*application\/json\s*(?:;|$)/i;

/**
 * Reads the body of a request as JSON. Throws RequestRefused: 415 for another content type, 413 for more than `limit` bytes, also of a body that doesn't announce
 * its length, 400 for what isn't JSON or would set a prototype.
 */
export async function readJson(request: IncomingMessage, limit: number): Promise<unknown> {
  // A form could send plain text without asking first; the graph takes JSON only.
  if (!jsonMediaType.test(request.headers['content-type'] ?? '')) {
    throw new RequestRefused(415, badInput('The content type must be application/json.'));
  }
  const text = await readText(request, limit);
  if (text === '') throw new RequestRefused(400, badInput('The body is empty.'));
  try {
    return parse(text);
  } catch {
    throw new RequestRefused(400, badInput('The request is malformed: its body must be JSON.'));
  }
}

function readText(request: IncomingMessage, limit: number): Promise<string> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let received = 0;
    request
      .on('data', (chunk: Buffer) => {
        received += chunk.length;
        if (received <= limit) chunks.push(chunk);
        else reject(tooLarge(limit));
      })
      .once('end', () => resolve(textOfPieces(chunks)))
      .once('close', () => {
        if (!request.readableEnded) reject(new Error('the client went away while it was sending'));
      });
  });
}
