import {
  type DocumentNode,
  type ExecutionResult,
  getOperationAST,
  type GraphQLSchema,
  Kind,
  OperationTypeNode,
  visit,
  BREAK,
} from 'graphql';
import { compileQuery as compile, isCompiledQuery } from 'graphql-jit';

/**
 * Executes one operation for one context and these variables; null when there is an error in the answer, which graphql-js is then to find: its errors and where it puts
 * null are the specification's.
 */
export type CompiledQuery = (
  context: unknown,
  variables: Readonly<Record<string, unknown>>,
) => ExecutionResult | null | Promise<ExecutionResult | null>;

/**
 * Compiles a query; null for what must be left to graphql-js: a mutation, because it must not be executed twice, and a query with conditions, of which the compiler has
 * known faults where a fragment is spread twice.
 */
export function compileQuery(
  schema: GraphQLSchema,
  document: DocumentNode,
  operationName: string | null,
): CompiledQuery | null {
  const isQuery = getOperationAST(document, operationName)?.operation === OperationTypeNode.QUERY;
  if (!isQuery || hasConditions(document)) return null;
  const made = compile(schema, document, operationName ?? undefined, { disablingCapturingStackErrors: true });
  if (!isCompiledQuery(made)) return null;
  const whole = (result: ExecutionResult) => (result.errors === undefined ? result : null);
  return (context, variables) => {
    const result = made.query(null, context, variables);
    return result instanceof Promise ? result.then(whole) : whole(result);
  };
}

function hasConditions(document: DocumentNode): boolean {
  let found = false;
  visit(document, {
    [Kind.DIRECTIVE]: ({ name }) => {
      if (name.value !== 'skip' && name.value !== 'include') return undefined;
      found = true;
      return BREAK;
    },
  });
  return found;
}
