import {
  type DocumentNode,
  getNamedType,
  type GraphQLNamedType,
  type GraphQLSchema,
  isAbstractType,
  isCompositeType,
  type OperationDefinitionNode,
  OperationTypeNode,
  TypeInfo,
  visit,
  visitWithTypeInfo,
} from 'graphql';
import type { CacheHint, CacheHints } from '#kit/graphql/cache-hints.ts';
import { coordinatesOf, reachable } from '../permissions/restriction.ts';

/**
 * Seconds for which the answer of an operation holds for everybody who isn't signed in: the smallest `maxAge` of what it selects, 0 when all of it inherits. Null
 * when a part of it may not be kept: a mutation, a question for the schema, a root field or an object that says nothing. What `@skip` may leave out counts.
 */
export function compileMaxAge(
  operation: OperationDefinitionNode,
  document: DocumentNode,
  { schema, hints }: { readonly schema: GraphQLSchema; readonly hints: CacheHints },
): number | null {
  if (operation.operation !== OperationTypeNode.QUERY) return null;
  const said: (CacheHint | null)[] = [];
  const types = new TypeInfo(schema);
  visit(
    reachable(operation, document),
    visitWithTypeInfo(types, {
      Field({ name }) {
        if (name.value === '__typename') return;
        const parent = types.getParentType();
        const type = types.getType();
        for (const at of coordinatesOf(name.value, parent, schema)) {
          const hint = hints[at] ?? hintOfType(type && getNamedType(type), schema, hints);
          said.push(
            hint ??
              (parent === schema.getQueryType() || isCompositeType(type && getNamedType(type)) ? null : 'INHERITED'),
          );
        }
      },
    }),
  );
  if (said.includes(null)) return null;
  const ages = said.filter((hint) => typeof hint === 'number');
  return ages.length === 0 ? 0 : Math.min(...ages);
}

/** What a type says; of an interface or union, what its most careful type does. */
function hintOfType(
  type: GraphQLNamedType | null | undefined,
  schema: GraphQLSchema,
  hints: CacheHints,
): CacheHint | null {
  if (!isCompositeType(type)) return null;
  const each = (isAbstractType(type) ? schema.getPossibleTypes(type) : [type]).map(({ name }) => hints[name] ?? null);
  if (each.includes(null)) return null;
  const ages = each.filter((hint) => typeof hint === 'number');
  return ages.length === 0 ? 'INHERITED' : Math.min(...ages);
}
