import type { IncomingMessage } from 'node:http';
import type { FastifyInstance } from 'fastify';
import type { Logger } from 'pino';
import type { GraphQLError } from 'graphql';
import { badInput, internalError } from '#kit/graphql/errors.ts';
import { announcedLength, RequestRefused, staffBodyLimit } from './caller.ts';

/** Larger refused bodies are cut off instead of being read to their end. */
const drainAtMost = staffBodyLimit + 4 * 1024 * 1024;

/** What somebody is told whose request isn't answered. */
export interface Refusal {
  readonly status: number;
  readonly errors: readonly GraphQLError[];
  /** When it is worth to come again, milliseconds; null when nobody knows. */
  readonly retryAfterMs: number | null;
}

/** A refusal as it was thrown. Anything else went wrong here: it is written down, and no text of ours or of a library leaves. */
export function refusalOf(error: unknown, log: () => Logger): Refusal {
  if (!(error instanceof RequestRefused)) {
    log().error({ err: error }, 'a request failed');
    return { status: 500, errors: [internalError()], retryAfterMs: null };
  }
  const { status, errors } = error;
  const retryAfterMs = errors[0]?.extensions['retryAfterMs'];
  return { status, errors, retryAfterMs: typeof retryAfterMs === 'number' ? retryAfterMs : null };
}

/**
 * A client that is still sending wouldn't read the answer: its body is read away, unless it has no end in sight. Gives the headers that the answer needs
 * then.
 */
export async function letFinish(request: IncomingMessage): Promise<Record<string, string>> {
  if (request.readableEnded || request.destroyed) return {};
  const length = announcedLength(request);
  if (length > 0 && length <= drainAtMost) {
    await new Promise<void>((resolve) => {
      request.once('end', resolve).once('close', resolve).resume();
    });
  }
  return { connection: 'close' };
}

/** Answers everything that goes wrong beside the graph, without text of ours or of a library. */
export function registerRefusals(app: FastifyInstance, log: Logger): void {
  app.setNotFoundHandler((_request, reply) =>
    reply.code(404).send({ error: 'There is nothing here. The graph is at /graphql.' }),
  );

  app.setErrorHandler(async (error, _request, reply) => {
    const { statusCode: status } = error as { statusCode?: number };
    const refused = status !== undefined && status >= 400 && status < 500;
    const { status: code, errors } = refusalOf(
      refused ? new RequestRefused(status, badInput('The request is malformed.')) : error,
      () => log,
    );
    const told = errors.map(({ message, extensions }) => ({ message, extensions }));
    return reply.code(code).send({ errors: told });
  });
}
