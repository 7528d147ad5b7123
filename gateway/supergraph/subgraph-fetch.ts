import type { GraphQLError } from 'graphql';
import { z } from 'zod';
import type { SubgraphName } from '#kit/events/events.ts';
import { busy, internalError, unanswered } from '#kit/graphql/errors.ts';
import { NeighbourError, type Transport } from '#kit/transport/transport.ts';
import { mayComeAgainAfterMs } from '#kit/transport/unanswered.ts';
import type { FetchTime } from '../observing/observed-request.ts';
import { readsTold } from '../observing/show-freshness.ts';
import type { GatewayContext } from '../server/gateway-context.ts';
import { createFetchMerger } from './merge-fetches.ts';
import type { EntityFetch, FetchAnswer } from './merged-query.ts';

/** What a query plan asks of a subgraph, but for the variables. */
export interface SubgraphFetch {
  readonly subgraph: string;
  /** The text of the document. */
  readonly query: string;
  readonly operationName: string | null;
  /** False for a mutation, which must not be sent twice. */
  readonly repeatable: boolean;
  /** Whether its only field is `_entities`. */
  readonly entities: boolean;
  /** Whether it is known that no other fetch of entities can travel with it. */
  readonly isAlone?: boolean;
}

/**
 * Asks a subgraph for a part of an answer, on behalf of a request. A subgraph that is down, slow or talks rubbish costs its own part: null
 * and BUSY, and where something was to be changed the word that the effect is not known.
 */
export type AskSubgraph = (
  fetch: SubgraphFetch,
  variables: EntityFetch['variables'],
  context: GatewayContext,
) => Promise<FetchAnswer>;

/** Enough to tell a GraphQL answer from rubbish; the data is checked against the schema when the answer is put together. */
const errorsSchema = z.array(z.looseObject({ message: z.string() })).optional();

/** The way to the subgraphs, by the transport with the caller's viewer. Entity fetches that a request makes at the same moment are one call. */
export function subgraphDoor(transport: Transport): AskSubgraph {
  const mergers = new Map<string, ReturnType<typeof createFetchMerger>>();

  function mergerOf(subgraph: string) {
    const known = mergers.get(subgraph);
    if (known) return known;
    const fresh = createFetchMerger();
    mergers.set(subgraph, fresh);
    return fresh;
  }

  async function ask(
    { subgraph, operationName, repeatable }: SubgraphFetch,
    { query, variables }: EntityFetch,
    { viewer, requestId, clientAddress, answerBy, gone, log, observed }: GatewayContext,
  ): Promise<FetchAnswer> {
    const name = subgraph as SubgraphName;
    const begunAt = performance.now();
    const timeoutMs = answerBy - begunAt;
    // What changes something is finished, whether or not somebody is still there to hear of it.
    const facts = { viewer, requestId, clientAddress, span: observed.span, timeoutMs, repeatable };
    const call = repeatable ? { ...facts, signal: gone } : facts;
    let outcome: FetchTime['outcome'] = 'error';
    const { reads } = observed;
    const request = { query, variables, operationName };
    try {
      const asked = reads === null ? request : { ...request, extensions: { freshness: true } };
      const answered = await transport.call(name, '/graphql', asked, call);
      const answer = readAnswer(answered, name);
      reads?.push(...readsTold(name, answered));
      outcome = 'ok';
      return answer;
    } catch (error) {
      if (!(error instanceof NeighbourError)) throw error;
      // What was refused for want of a place is counted, not told one by one: there are many of it just when there is no time to write.
      const isShed = error.code === 'REFUSED' && error.reason === 'BUSY';
      if (!gone.aborted && !isShed) log().warn({ err: error, subgraph, code: error.code }, 'a subgraph gave no answer');
      return { data: null, errors: [told(error, repeatable)] };
    } finally {
      const after = Math.round(begunAt - (observed.operation?.begunAt ?? begunAt));
      observed.fetches.push({ subgraph, after, took: Math.round(performance.now() - begunAt), outcome });
    }
  }

  return (fetch, variables, context) => {
    const body = { query: fetch.query, variables };
    if (!fetch.entities || fetch.isAlone === true) return ask(fetch, body, context);
    return mergerOf(fetch.subgraph)(context, body, (merged) => ask(fetch, merged, context));
  };
}

/** What the caller hears of a call that brought no answer. */
function told(error: NeighbourError, repeatable: boolean): GraphQLError {
  const afterMs = mayComeAgainAfterMs(error);
  if (afterMs === null) return internalError();
  return repeatable || error.code === 'REFUSED' ? busy(afterMs) : unanswered(afterMs);
}

function readAnswer(answer: unknown, subgraph: SubgraphName): FetchAnswer {
  if (!isRecord(answer) || !('data' in answer || 'errors' in answer)) throw rubbish(subgraph);
  const { data = null, errors } = answer;
  if (data !== null && !isRecord(data)) throw rubbish(subgraph);
  if (errors === undefined) return data !== null && Object.isFrozen(data) ? { data, shared: data } : { data };
  const read = errorsSchema.safeParse(errors);
  if (!read.success) throw rubbish(subgraph);
  return { data, errors: read.data ?? [] };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function rubbish(subgraph: SubgraphName): NeighbourError {
  return new NeighbourError('UNAVAILABLE', subgraph, 'answered something else than GraphQL');
}
