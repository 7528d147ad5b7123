import { buildSubgraphSchema } from '@apollo/subgraph';
import {
  type GraphQLSchema,
  isEnumType,
  isInterfaceType,
  isObjectType,
  isScalarType,
  isUnionType,
  parse,
} from 'graphql';
import { enforceRules } from './rules.ts';

/**
 * The executable schema of one subgraph, with its access rules in front of its resolvers. `surround` may put something of its own around the resolvers first.
 * Throws when a field of Query or Mutation has no rule or no resolver, or a resolver stands for something the SDL doesn't have.
 */
export function buildGuardedSchema(
  typeDefs: string,
  resolvers: object,
  surround: (schema: GraphQLSchema) => void = () => undefined,
): GraphQLSchema {
  const schema = buildSubgraphSchema([{ typeDefs: parse(typeDefs), resolvers: resolvers as never }]);
  const problems = [...strayResolvers(schema, resolvers), ...missingRootResolvers(schema)];
  if (problems.length > 0) throw new Error(problems.join('\n'));
  surround(schema);
  enforceRules(schema);
  return schema;
}

/** buildSubgraphSchema passes over resolvers it finds no place for: a misspelt one would never run. */
function strayResolvers(schema: GraphQLSchema, resolvers: object): string[] {
  const problems: string[] = [];
  for (const [typeName, fields] of Object.entries(resolvers)) {
    const type = schema.getType(typeName);
    if (!type) problems.push(`the resolvers define ${typeName}, which the schema does not have`);
    if (!type || isScalarType(type) || isEnumType(type)) continue;
    const known = new Set(isObjectType(type) || isInterfaceType(type) ? Object.keys(type.getFields()) : []);
    for (const name of Object.keys(fields as object)) {
      if (name.startsWith('__') || known.has(name)) continue;
      problems.push(
        `the resolvers define ${typeName}.${name}, which the schema does not have${isUnionType(type) ? ' (a union has no fields)' : ''}`,
      );
    }
  }
  return problems;
}

function missingRootResolvers(schema: GraphQLSchema): string[] {
  return [schema.getQueryType(), schema.getMutationType()].flatMap((type) =>
    Object.values(type?.getFields() ?? {})
      .filter((field) => !field.resolve)
      .map((field) => `${type?.name}.${field.name} has no resolver`),
  );
}
