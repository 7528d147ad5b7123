import { operationFromDocument, type Schema } from '@apollo/federation-internals';
import type { ApolloGateway } from '@apollo/gateway';
import type { QueryPlan, QueryPlanner } from '@apollo/query-planner';
import { computeResponse } from '@apollo/gateway/dist/resultShaping.js';
import type { DocumentNode, GraphQLError, GraphQLSchema } from 'graphql';
import type { JsonObject } from './json.ts';

/**
 * What we take from Apollo's gateway beyond what it offers: its version is pinned, and a test compares our answers with its own. Nothing
 * else in the gateway may reach into it.
 */
export interface GatewayInternals {
  /** The schema of the clients, in Apollo's own form. */
  readonly apiSchema: Schema;
  /** The schema with everything that only the machinery sees. */
  readonly supergraphSchema: GraphQLSchema;
  readonly queryPlanner: QueryPlanner;
}

/** The schemas that a gateway has loaded. Throws when it has none, or none in these places. */
export function internalsOf(gateway: ApolloGateway): GatewayInternals {
  const { apiSchema, supergraphSchema, queryPlanner } = gateway as unknown as Partial<GatewayInternals>;
  if (!apiSchema || !supergraphSchema || !queryPlanner)
    throw new Error("Apollo's gateway keeps its schemas and its planner somewhere else than we think");
  return { apiSchema, supergraphSchema, queryPlanner };
}

/** Plans a valid document of one operation as the gateway would when it is sent. */
export function planOperation({ apiSchema, queryPlanner }: GatewayInternals, document: DocumentNode): QueryPlan {
  return queryPlanner.buildQueryPlan(operationFromDocument(apiSchema, document, { validate: false }));
}

/** Apollo's own way from merged data to the answer: for data that the compiled way can't judge. `document` holds one operation. */
export function interpretResponse(
  { apiSchema }: GatewayInternals,
  document: DocumentNode,
  variables: JsonObject,
  data: JsonObject,
): { readonly data: JsonObject | null; readonly errors: readonly GraphQLError[] } {
  const operation = operationFromDocument(apiSchema, document, { validate: false });
  const shaped = computeResponse({
    operation,
    variables,
    input: data,
    introspectionHandling() {
      throw new Error('an operation that asks for the schema is never compiled');
    },
  });
  return { data: shaped.data ?? null, errors: shaped.errors };
}
