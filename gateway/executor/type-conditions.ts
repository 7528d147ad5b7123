import { isAbstractType, isInterfaceType, isObjectType, type GraphQLSchema } from 'graphql';

/** Tells whether an object whose `__typename` is given is of the type of a condition. An object that doesn't name its type is of none. */
export function isOfType(schema: GraphQLSchema, condition: string): (typename: unknown) => boolean {
  const known = new Map<unknown, boolean>([[condition, true]]);
  const expected = schema.getType(condition);
  return (typename) => {
    const answer = known.get(typename);
    if (answer !== undefined) return answer;
    const type = typeof typename === 'string' ? schema.getType(typename) : undefined;
    const within =
      isAbstractType(expected) && (isObjectType(type) || isInterfaceType(type)) && schema.isSubType(expected, type);
    // Only names that the schema has are remembered: a subgraph may say anything.
    if (type !== undefined) known.set(typename, within);
    return within;
  };
}
