import type { GraphQLDataSource } from '@apollo/gateway';
import type { GraphQLError } from 'graphql';
import { z } from 'zod';
import type { SubgraphName } from '#kit/events/events.ts';
import { internalError } from '#kit/graphql/errors.ts';
import { NeighbourError, type Transport } from '#kit/transport/transport.ts';
import type { GatewayContext } from '../server/gateway-context.ts';
import { createFetchMerger } from './merge-fetches.ts';
import type { EntityFetch, FetchAnswer } from './merged-query.ts';

const mutation = /^\s*mutation\b/;

/** Enough to tell a GraphQL answer from rubbish; the query planner checks the data against the schema. */
const answerSchema = z.object({
  data: z.record(z.string(), z.unknown()).nullish(),
  errors: z.array(z.looseObject({ message: z.string() })).optional(),
});

const entities = /^\s*query\b[^{]*\{\s*_entities\b/;

/**
 * One subgraph as the query plan sees it, reached by the transport with the caller's viewer. Entity fetches that a request makes at the
 * same moment are one call. A subgraph that is down, slow or talks rubbish costs its own part of the answer: null and a masked error.
 */
export function subgraphSource(name: SubgraphName, transport: Transport): GraphQLDataSource<GatewayContext> {
  const merged = createFetchMerger();

  async function ask(context: GatewayContext, body: EntityFetch, operationName: string | null): Promise<FetchAnswer> {
    const { viewer, requestId, answerBy, log } = context;
    const repeatable = !mutation.test(body.query);
    const call = { viewer, requestId, timeoutMs: answerBy - performance.now(), repeatable };
    try {
      const answer = await transport.call(name, '/graphql', { ...body, operationName }, call);
      const read = answerSchema.safeParse(answer);
      if (!read.success) throw new NeighbourError('UNAVAILABLE', name, 'answered something else than GraphQL');
      const { data, errors } = read.data;
      return { data: data ?? null, ...(errors ? { errors } : {}) };
    } catch (error) {
      if (!(error instanceof NeighbourError)) throw error;
      log.warn({ err: error, subgraph: name, code: error.code }, 'a subgraph gave no answer');
      return { data: null, errors: [internalError()] };
    }
  }

  return {
    async process({ request, context }) {
      const { query = '', variables = {}, operationName = null } = request;
      const caller = context as GatewayContext;
      const fetch = { query, variables: variables as EntityFetch['variables'] };
      const { data, errors } = entities.test(query)
        ? await merged(caller, fetch, (body) => ask(caller, body, operationName))
        : await ask(caller, fetch, operationName);
      return { data, ...(errors ? { errors: errors as unknown as GraphQLError[] } : {}) };
    },
  };
}
