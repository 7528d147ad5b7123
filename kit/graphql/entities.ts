import type { GraphQLObjectType, GraphQLResolveInfo, GraphQLSchema } from 'graphql';
import { isObjectType } from 'graphql';
import { badInput } from './errors.ts';

/** An entity as the gateway names it: its type, the fields of a key, and what the fields that are asked for require. */
type Reference = Readonly<Record<string, unknown>>;
type ResolveReference = (reference: Reference, context: unknown, info: GraphQLResolveInfo) => unknown;

/**
 * Resolves `_entities` in place of Apollo's resolver, which makes two promises for each entity: those at hand are answered at once.
 */
export function resolveEntities(schema: GraphQLSchema): void {
  const field = schema.getQueryType()?.getFields()['_entities'];
  if (field === undefined) return;
  const types = new Map<unknown, GraphQLObjectType>();
  for (const type of Object.values(schema.getTypeMap())) if (isObjectType(type)) types.set(type.name, type);
  field.resolve = (_root, { representations }: { representations: readonly Reference[] }, context, info) =>
    representations.map((reference) => {
      const type = types.get(reference['__typename']);
      if (type === undefined) throw badInput('A representation names no type of this subgraph.');
      const resolve = referenceResolver(type);
      const found = resolve === undefined ? reference : resolve(reference, context, info);
      return found instanceof Promise ? found.then((entity) => named(entity, type.name)) : named(found, type.name);
    });
}

function referenceResolver(type: GraphQLObjectType): ResolveReference | undefined {
  const { apollo } = type.extensions as { apollo?: { subgraph?: { resolveReference?: ResolveReference } } };
  return apollo?.subgraph?.resolveReference;
}

/** The entity with its type's name, by which its type is told; of one that is shared, and frozen to say so, a copy. */
function named(entity: unknown, typename: string): unknown {
  if (typeof entity !== 'object' || entity === null || '__typename' in entity) return entity;
  if (Object.isFrozen(entity)) return { ...entity, __typename: typename };
  return Object.defineProperty(entity, '__typename', { value: typename });
}
