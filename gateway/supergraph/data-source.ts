import type { GraphQLDataSource } from '@apollo/gateway';
import type { GraphQLError } from 'graphql';
import type { GatewayContext } from '../server/gateway-context.ts';
import type { EntityFetch } from './merged-query.ts';
import { ownData } from './own-data.ts';
import type { AskSubgraph } from './subgraph-fetch.ts';

const mutation = /^\s*mutation\b/;
const entities = /^\s*query\b[^{]*\{\s*_entities\b/;

/** One subgraph as Apollo's executor sees it. */
export function subgraphSource(subgraph: string, ask: AskSubgraph): GraphQLDataSource<GatewayContext> {
  return {
    async process({ request, context }) {
      const { query = '', variables = {}, operationName = null } = request;
      const fetch = {
        subgraph,
        query,
        operationName,
        repeatable: !mutation.test(query),
        entities: entities.test(query),
      };
      const answer = await ask(fetch, variables as EntityFetch['variables'], context as GatewayContext);
      const { errors } = answer;
      return { data: ownData(answer), ...(errors ? { errors: errors as unknown as GraphQLError[] } : {}) };
    },
  };
}
