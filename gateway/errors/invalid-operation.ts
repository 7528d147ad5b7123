import { GraphQLError } from 'graphql';

/** What a stranger hears of every operation that can't be run, whatever is wrong with it: nobody learns a name from it. */
export function invalidOperation(): GraphQLError {
  return new GraphQLError('This operation is not valid.', { extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } });
}
