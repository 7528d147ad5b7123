import type { IncomingMessage } from 'node:http';
import { z } from 'zod';
import { badInput } from '#kit/graphql/errors.ts';
import { RequestRefused } from '../server/caller.ts';

/** What a client wants, however HTTP brought it. */
export interface GraphParams {
  /** The document's text; absent when it is named by its hash. */
  readonly query?: string | undefined;
  /** The SHA-256 of a registered document, 64 hexadecimal digits. */
  readonly documentHash?: string | undefined;
  readonly variables: Readonly<Record<string, unknown>>;
  readonly operationName: string | null;
  /** True for a GET, which must change nothing. */
  readonly readsOnly: boolean;
}

const hash = z.string().regex(/^(sha256:)?[0-9a-f]{64}$/i);
const paramsSchema = z.object({
  query: z.string().min(1).nullish(),
  documentId: hash.nullish(),
  variables: z.record(z.string(), z.unknown()).nullish(),
  operationName: z.string().nullish(),
  extensions: z.looseObject({ persistedQuery: z.looseObject({ sha256Hash: hash }).nullish() }).nullish(),
});

/** A browser sends these to another site only after asking it, which a form, an image or a link never does. */
const askedFirst = [
  'authorization',
  'x-channel',
  'apollo-require-preflight',
  'x-apollo-operation-name',
  'x-request-id',
];

/**
 * Reads the parameters of a GraphQL request over HTTP: the JSON object that was given by POST, or the query string of a GET that no page could have caused.
 * Throws RequestRefused (400, 405) for anything else.
 */
export function graphParamsOf(request: IncomingMessage, given: unknown): GraphParams {
  if (request.method === 'POST') return paramsFrom(given, false);
  if (request.method !== 'GET' && request.method !== 'HEAD') throw refused('The graph is asked by GET or POST.', 405);
  if (!askedFirst.some((name) => request.headers[name] !== undefined)) {
    throw refused(
      'A request by GET must carry a header that a form cannot send, for example apollo-require-preflight: true.',
    );
  }
  return paramsFrom(fromSearch(new URL(request.url ?? '', 'http://gateway').searchParams), true);
}

function paramsFrom(given: unknown, readsOnly: boolean): GraphParams {
  if (Array.isArray(given)) throw refused('Operations are sent one by one, not in a list.');
  const read = paramsSchema.safeParse(given);
  if (!read.success) {
    const where = read.error.issues[0]?.path.join('.') ?? '';
    throw refused(where === '' ? 'The request must be a JSON object.' : `"${where}" is not what it must be.`);
  }
  const { query, documentId, variables, operationName, extensions } = read.data;
  const documentHash = documentId ?? extensions?.persistedQuery?.sha256Hash;
  if (!query && !documentHash) throw refused('The request must have a "query" or a "documentId".');
  return {
    ...(query ? { query } : {}),
    ...(documentHash ? { documentHash: documentHash.replace(/^sha256:/i, '').toLowerCase() } : {}),
    variables: variables ?? {},
    operationName: operationName || null,
    readsOnly,
  };
}

function fromSearch(search: URLSearchParams): Record<string, unknown> {
  const given: Record<string, unknown> = {};
  for (const name of ['query', 'documentId', 'operationName', 'variables', 'extensions']) {
    const [text, ...more] = search.getAll(name);
    if (more.length > 0) throw refused(`"${name}" may be given once.`);
    if (text === undefined || text === '') continue;
    given[name] = name === 'variables' || name === 'extensions' ? parsed(name, text) : text;
  }
  return given;
}

function parsed(name: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw refused(`"${name}" must be JSON.`);
  }
}

function refused(message: string, status = 400): RequestRefused {
  return new RequestRefused(status, badInput(message));
}
