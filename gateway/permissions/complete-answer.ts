import { execute, type GraphQLError } from 'graphql';
import type { AdmittedRequest } from '../admission/admit.ts';
import { type Restriction, typeKey } from './restriction.ts';

type Data = Record<string, unknown>;

/**
 * Completes the answer to what was left of an operation to one of the whole operation: null and an error with its path for every field that was denied. GraphQL's own
 * executor reads the operation over the data, so the order of keys and what becomes of a field that can't be null are its.
 */
export async function completeAnswer(
  { view, document, operationName, variables }: AdmittedRequest,
  { denied }: Restriction,
  data: Data,
): Promise<{ readonly data: Data | null; readonly errors: readonly GraphQLError[] }> {
  const { data: completed = null, errors = [] } = await execute({
    schema: view.schema,
    document,
    operationName,
    variableValues: variables,
    rootValue: data,
    fieldResolver(source: Data, _args, _context, { parentType, fieldName, path }) {
      const denial = denied.get(`${parentType.name}.${fieldName}`);
      if (denial) throw denial;
      return source[path.key];
    },
    typeResolver: (value: Data) => String(value[typeKey]),
  });
  return { data: completed, errors };
}
