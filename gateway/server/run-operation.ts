import { type ApolloServer, HeaderMap } from '@apollo/server';
import { execute } from 'graphql';
import type { AdmittedRequest } from '../admission/admit.ts';
import { showCost } from '../limits/cost/show-cost.ts';
import type { GatewayContext } from './gateway-context.ts';

/** An answer as it leaves. */
export interface HttpAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/**
 * Answers a request that was admitted: the schema from the caller's view, data through the engine. What HTTP asks for (method, media
 * types, where the parameters stand) was settled on the way here, so the engine sees every request in one form.
 */
export async function runOperation(
  apollo: ApolloServer<GatewayContext>,
  admitted: AdmittedRequest,
  context: GatewayContext,
): Promise<HttpAnswer> {
  const answer = await answerTo(apollo, admitted, context);
  return admitted.shownCost ? { ...answer, body: showCost(answer.body, admitted.shownCost) } : answer;
}

async function answerTo(
  apollo: ApolloServer<GatewayContext>,
  admitted: AdmittedRequest,
  context: GatewayContext,
): Promise<HttpAnswer> {
  if (admitted.introspects) return { status: 200, headers: {}, body: JSON.stringify(await describeSchema(admitted)) };
  const { query, variables, operationName } = admitted;
  const { status, headers, body } = await apollo.executeHTTPGraphQLRequest({
    httpGraphQLRequest: {
      method: 'POST',
      headers: new HeaderMap([['content-type', 'application/json']]),
      search: '',
      body: { query, variables, ...(operationName === null ? {} : { operationName }) },
    },
    context: async () => context,
  });
  if (body.kind !== 'complete') throw new Error('the engine answers in parts although nobody asked it to');
  return { status: status ?? 200, headers: Object.fromEntries(headers), body: body.string };
}

function describeSchema({ view, document, operationName, variables }: AdmittedRequest) {
  return execute({ schema: view.schema, document, operationName, variableValues: variables });
}
