import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Logger } from 'pino';
import { type GraphQLError } from 'graphql';
import { badInput, internalError } from '#kit/graphql/errors.ts';
import { jsonType, mediaTypeOf } from './media-type.ts';
import { announcedLength, RequestRefused, staffBodyLimit, tooLarge } from './caller.ts';

/** Larger refused bodies are cut off instead of being read to their end. */
const drainAtMost = staffBodyLimit + 4 * 1024 * 1024;

/** Answers everything that goes wrong outside GraphQL in the form of a GraphQL error, without text of ours or of a library. */
export function registerRefusals(app: FastifyInstance, log: Logger): void {
  app.setNotFoundHandler((_request, reply) =>
    reply.code(404).send({ error: 'There is nothing here. The graph is at /graphql.' }),
  );

  app.setErrorHandler(async (error, request, reply) => {
    const { status, errors } = refusalOf(error, request, log);
    request.begun?.observed.errorCodes.push(...errors.map(({ extensions }) => String(extensions['code'])));
    await letFinish(request, reply);
    const retryAfterMs = errors[0]?.extensions['retryAfterMs'];
    if (typeof retryAfterMs === 'number') reply.header('retry-after', Math.ceil(retryAfterMs / 1000));
    if (status === 405) reply.header('allow', 'GET, POST');
    return reply
      .code(status)
      .type(mediaTypeOf(request.headers.accept) ?? jsonType)
      .send(JSON.stringify({ errors: errors.map((refusal) => formatted(refusal, request)) }));
  });
}

function refusalOf(error: unknown, request: FastifyRequest, log: Logger): RequestRefused {
  if (error instanceof RequestRefused) return error;
  const { statusCode: status, code } = error as { statusCode?: number; code?: string };
  if (status === 413) return tooLarge(staffBodyLimit);
  if (status === 415) return new RequestRefused(415, badInput('The content type must be application/json.'));
  if (status !== undefined && status >= 400 && status < 500)
    return new RequestRefused(status, badInput(reasonOf(code)));
  (request.begun?.log() ?? log).error({ err: error }, 'a request failed');
  return new RequestRefused(500, internalError());
}

function reasonOf(code: string | undefined): string {
  if (code === 'FST_ERR_CTP_EMPTY_JSON_BODY') return 'The body is empty.';
  return 'The request is malformed: its body must be JSON.';
}

function formatted({ message, locations, extensions }: GraphQLError, { begun }: FastifyRequest) {
  return {
    message,
    ...(locations ? { locations } : {}),
    extensions: { ...extensions, ...(begun ? { requestId: begun.requestId } : {}) },
  };
}

/** A client that is still sending wouldn't read the answer: its body is read away, unless it has no end in sight. */
async function letFinish(request: FastifyRequest, reply: FastifyReply): Promise<void> {
  if (request.raw.readableEnded || request.raw.destroyed) return;
  reply.header('connection', 'close');
  const length = announcedLength(request);
  if (length === 0 || length > drainAtMost) return;
  await new Promise<void>((resolve) => {
    request.raw.once('end', resolve).once('close', resolve).resume();
  });
}
