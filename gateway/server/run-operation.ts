import { type ApolloServer, HeaderMap } from '@apollo/server';
import { execute, getVariableValues, type GraphQLFormattedError } from 'graphql';
import { withinSpan } from '#kit/tracing/current-span.ts';
import type { AdmittedRequest } from '../admission/admit.ts';
import { askedOfApollo, clientError, type ErrorReader } from '../errors/public-errors.ts';
import type { Executed } from '../executor/compile-operation.ts';
import { completeAnswer } from '../permissions/complete-answer.ts';
import type { Restriction } from '../permissions/restriction.ts';
import { showFreshness } from '../observing/show-freshness.ts';
import type { Engine } from '../supergraph/create-engine.ts';
import { showCost } from '../limits/cost/show-cost.ts';
import type { GatewayContext } from './gateway-context.ts';

/** An answer as it leaves. */
export interface HttpAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Buffer;
}

/**
 * Answers a request that was admitted: the schema from the caller's view, an operation that is compiled at once, any other through Apollo. What
 * HTTP asks for (method, media types, where the parameters stand) was settled on the way here, so the engine sees every request in one form. What the caller may
 * not read is asked of nobody.
 */
export function runOperation(engine: Engine, admitted: AdmittedRequest, context: GatewayContext): Promise<HttpAnswer> {
  const { restriction, shownCost } = admitted;
  const answering =
    restriction === null ? answerTo(engine, admitted, context) : answerInPart(engine, admitted, restriction, context);
  if (shownCost === null) return answering;
  return answering.then((answer) => {
    const body = showCost(String(answer.body), shownCost);
    const { reads } = context.observed;
    return { ...answer, body: reads === null ? body : showFreshness(body, reads) };
  });
}

async function answerTo(
  { apollo, execute: executeCompiled }: Engine,
  admitted: AdmittedRequest,
  context: GatewayContext,
): Promise<HttpAnswer> {
  if (admitted.introspects) return { status: 200, headers: {}, body: JSON.stringify(await describeSchema(admitted)) };
  const running = executeCompiled(admitted, context);
  if (running === null) return runByApollo(apollo, admitted, context);
  try {
    const executed = await running;
    if ('written' in executed) return { status: 200, headers: {}, body: executed.written };
    return answerOf(executed, admitted, context);
  } catch (error) {
    const told = clientError(error, readerOf(admitted, context));
    return { status: 500, headers: {}, body: `${JSON.stringify({ errors: [told] })}\n` };
  }
}

/** Runs what is left of the operation, and says of the rest that it is denied. */
async function answerInPart(
  engine: Engine,
  admitted: AdmittedRequest,
  restriction: Restriction,
  context: GatewayContext,
): Promise<HttpAnswer> {
  const { view, operation, variables } = admitted;
  // Variables that the whole operation doesn't take are refused by the engine, as for everybody, before it asks anybody.
  const { errors: misfits } = getVariableValues(view.schema, operation.variableDefinitions ?? [], variables);
  if (misfits) return answerTo(engine, admitted, context);
  const part =
    restriction.query === null ? null : await answerTo(engine, { ...admitted, query: restriction.query }, context);
  const {
    data,
    errors = [],
    extensions,
  } = part === null ? { data: {} } : (JSON.parse(String(part.body)) as PartialAnswer);
  if (part !== null && !data) return part;
  const whole = await completeAnswer(admitted, restriction, data ?? {});
  const reader = readerOf(admitted, context);
  const told = [...errors, ...whole.errors.map((error) => clientError(error, reader))];
  const body = { ...(told.length > 0 ? { errors: told } : {}), data: whole.data, extensions };
  return { status: 200, headers: part?.headers ?? {}, body: `${JSON.stringify(body)}\n` };
}

/** An answer of the engine, read again. */
interface PartialAnswer {
  readonly data?: Record<string, unknown> | null;
  readonly errors?: readonly GraphQLFormattedError[];
  readonly extensions?: unknown;
}

async function runByApollo(
  apollo: ApolloServer<GatewayContext>,
  admitted: AdmittedRequest,
  context: GatewayContext,
): Promise<HttpAnswer> {
  const { query, variables, operationName } = admitted;
  const ask = () =>
    apollo.executeHTTPGraphQLRequest({
      httpGraphQLRequest: {
        method: 'POST',
        headers: new HeaderMap([['content-type', 'application/json']]),
        search: '',
        body: { query, variables, ...(operationName === null ? {} : { operationName }) },
      },
      context: async () => context,
    });
  const reader = readerOf(admitted, context);
  const { status, headers, body } = await askedOfApollo.run(reader, () => withinSpan(context.observed.span, ask));
  if (body.kind !== 'complete') throw new Error('the engine answers in parts although nobody asked it to');
  return { status: status ?? 200, headers: Object.fromEntries(headers), body: body.string };
}

/** The answer as Apollo would give it, with the same status. */
function answerOf(
  { errors, data, extensions }: Executed,
  admitted: AdmittedRequest,
  context: GatewayContext,
): HttpAnswer {
  const told = errors?.map((error) => clientError(error, readerOf(admitted, context)));
  const body = JSON.stringify({ errors: told, data, extensions });
  return { status: errors && data === undefined ? 400 : 200, headers: {}, body: `${body}\n` };
}

function readerOf({ view }: AdmittedRequest, { requestId, log, observed }: GatewayContext): ErrorReader {
  return { requestId, log, observed, explains: view.explains };
}

function describeSchema({ view, document, operationName, variables }: AdmittedRequest) {
  return execute({ schema: view.schema, document, operationName, variableValues: variables });
}
