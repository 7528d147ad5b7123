import {
  execute,
  type ExecutionResult,
  getOperationAST,
  parse,
  validate,
  type DocumentNode,
  GraphQLError,
  type GraphQLFormattedError,
  type GraphQLSchema,
  OperationTypeNode,
} from 'graphql';
import { z } from 'zod';
import type { ReadModelUse } from '#kit/near-cache/noted-reads.ts';
import type { BaseContext } from './base-context.ts';
import { compileQuery, type CompiledQuery } from './compile-query.ts';
import { createDocumentCache } from './document-cache.ts';
import { badInput } from './errors.ts';
import { publicError } from './masking.ts';

/** A GraphQL request as it arrives over the wire. */
export const graphRequestSchema = z.object({
  query: z.string().min(1),
  variables: z.record(z.string(), z.unknown()).nullish(),
  operationName: z.string().nullish(),
  extensions: z
    .object({
      /** True to be answered as a shopper is, and told how fresh that is. */
      freshness: z.boolean().optional(),
    })
    .nullish(),
});
export type GraphRequest = z.infer<typeof graphRequestSchema>;

/** A GraphQL answer whose errors are fit to leave the service. */
export interface GraphAnswer {
  /** Frozen when it is shared with others: then nothing in it may be changed. */
  readonly data?: Record<string, unknown> | null;
  readonly errors?: readonly GraphQLFormattedError[];
  /** What was asked for by the request's extensions. */
  readonly extensions?: { readonly freshness: readonly ReadModelUse[] };
}

/** Runs requests against one schema. */
export interface Executor {
  /** Whether the request would change something: whoever began it sees it through. */
  changes(request: GraphRequest): boolean;
  execute(request: GraphRequest, context: BaseContext): Promise<GraphAnswer>;
}

interface Prepared {
  readonly document: DocumentNode;
  readonly errors: readonly GraphQLError[];
  /** By operation name; `once` was asked for once, null is for graphql-js. */
  readonly compiled: Map<string, CompiledQuery | 'once' | null>;
}

/**
 * An executor that parses and validates each distinct document once, compiles a query that comes again, and lets no error out that isn't on the closed
 * list. What a compiled query can't answer without an error is executed by graphql-js, whose errors count.
 */
export function createExecutor(schema: GraphQLSchema, options: { readonly documents?: number } = {}): Executor {
  const prepared = createDocumentCache<Prepared>(options.documents ?? 1000);

  function prepare(query: string): Prepared {
    const known = prepared.get(query);
    if (known) return known;
    const document = parse(query);
    const fresh: Prepared = { document, errors: validate(schema, document), compiled: new Map() };
    prepared.set(query, fresh);
    return fresh;
  }

  /** What a document's operation was compiled to, from the second time on: many are sent once only. */
  function compiledFor({ document, compiled }: Prepared, operationName: string | null): CompiledQuery | null {
    const name = operationName ?? '';
    const known = compiled.get(name);
    if (known === undefined) compiled.set(name, 'once');
    if (known === undefined || known !== 'once') return known ?? null;
    const made = compileQuery(schema, document, operationName);
    compiled.set(name, made);
    return made;
  }

  async function run(ready: Prepared, request: GraphRequest, context: BaseContext): Promise<ExecutionResult> {
    const operationName = request.operationName ?? null;
    const variableValues = request.variables ?? {};
    const answered = await compiledFor(ready, operationName)?.(context, variableValues);
    if (answered) return answered;
    return execute({ schema, document: ready.document, variableValues, operationName, contextValue: context });
  }

  return {
    changes({ query, operationName }) {
      try {
        return isMutation(prepare(query).document, operationName);
      } catch (error) {
        // `execute` tells what is wrong with it.
        if (error instanceof GraphQLError) return false;
        throw error;
      }
    },
    async execute(request, context) {
      const fail = (errors: readonly GraphQLError[], changes = false) => ({
        errors: errors.map((error) => publicError(error, context, changes)),
      });
      let ready: Prepared;
      try {
        ready = prepare(request.query);
      } catch (error) {
        return fail([error instanceof GraphQLError ? badInput(error.message) : asGraphQLError(error)]);
      }
      if (ready.errors.length > 0) return fail(ready.errors.map((error) => badInput(error.message)));
      const result = await run(ready, request, context);
      if (!result.errors) return { data: result.data ?? null };
      const errors = result.errors.map((error) => (error.path ? error : badInput(error.message)));
      const changes = isMutation(ready.document, request.operationName);
      return result.data === undefined ? fail(errors) : { data: result.data, ...fail(errors, changes) };
    },
  };
}

function isMutation(document: DocumentNode, operationName: string | null | undefined): boolean {
  return getOperationAST(document, operationName)?.operation === OperationTypeNode.MUTATION;
}

function asGraphQLError(error: unknown): GraphQLError {
  return new GraphQLError('the document could not be read', { originalError: error instanceof Error ? error : null });
}
