import {
  execute,
  parse,
  validate,
  type DocumentNode,
  GraphQLError,
  type GraphQLFormattedError,
  type GraphQLSchema,
} from 'graphql';
import { z } from 'zod';
import type { BaseContext } from './base-context.ts';
import { createDocumentCache } from './document-cache.ts';
import { badInput } from './errors.ts';
import { publicError } from './masking.ts';

/** A GraphQL request as it arrives over the wire. */
export const graphRequestSchema = z.object({
  query: z.string().min(1),
  variables: z.record(z.string(), z.unknown()).nullish(),
  operationName: z.string().nullish(),
});
export type GraphRequest = z.infer<typeof graphRequestSchema>;

/** A GraphQL answer whose errors are fit to leave the service. */
export interface GraphAnswer {
  readonly data?: Record<string, unknown> | null;
  readonly errors?: readonly GraphQLFormattedError[];
}

/** Runs requests against one schema. */
export interface Executor {
  execute(request: GraphRequest, context: BaseContext): Promise<GraphAnswer>;
}

interface Prepared {
  readonly document: DocumentNode;
  readonly errors: readonly GraphQLError[];
}

/** An executor that parses and validates each distinct document once, and lets no error out that isn't on the closed list. */
export function createExecutor(schema: GraphQLSchema, options: { readonly documents?: number } = {}): Executor {
  const prepared = createDocumentCache<Prepared>(options.documents ?? 1000);

  function prepare(query: string): Prepared {
    const known = prepared.get(query);
    if (known) return known;
    const document = parse(query);
    const fresh = { document, errors: validate(schema, document) };
    prepared.set(query, fresh);
    return fresh;
  }

  return {
    async execute(request, context) {
      const fail = (errors: readonly GraphQLError[]) => ({
        errors: errors.map((error) => publicError(error, context)),
      });
      let ready: Prepared;
      try {
        ready = prepare(request.query);
      } catch (error) {
        return fail([error instanceof GraphQLError ? badInput(error.message) : asGraphQLError(error)]);
      }
      if (ready.errors.length > 0) return fail(ready.errors.map((error) => badInput(error.message)));
      const result = await execute({
        schema,
        document: ready.document,
        variableValues: request.variables ?? {},
        operationName: request.operationName ?? null,
        contextValue: context,
      });
      if (!result.errors) return { data: result.data ?? null };
      const errors = result.errors.map((error) => (error.path ? error : badInput(error.message)));
      return result.data === undefined ? fail(errors) : { data: result.data, ...fail(errors) };
    },
  };
}

function asGraphQLError(error: unknown): GraphQLError {
  return new GraphQLError('the document could not be read', { originalError: error instanceof Error ? error : null });
}
