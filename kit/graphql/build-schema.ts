import { buildSubgraphSchema } from '@apollo/subgraph';
import {
  defaultFieldResolver,
  getNamedType,
  type GraphQLSchema,
  isEnumType,
  isInterfaceType,
  isLeafType,
  isObjectType,
  isScalarType,
  isUnionType,
  parse,
} from 'graphql';
import { resolveEntities } from './entities.ts';
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
  resolveEntities(schema);
  surround(schema);
  resolveWhatMayCome(schema);
  enforceRules(schema);
  return schema;
}

/**
 * Gives a resolver to fields whose value may be a promise or a function in the parent: a compiled query reads the others as they are. A leaf is always plain, but for
 * the number of a connection's rows, which is counted when asked for.
 */
function resolveWhatMayCome(schema: GraphQLSchema): void {
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type) || type.name.startsWith('__')) continue;
    for (const field of Object.values(type.getFields())) {
      if (!isLeafType(getNamedType(field.type)) || field.name === 'totalCount') field.resolve ??= defaultFieldResolver;
    }
  }
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
