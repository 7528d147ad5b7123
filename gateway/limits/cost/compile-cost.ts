import {
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  getNamedType,
  getNullableType,
  type GraphQLField,
  type GraphQLNamedType,
  type GraphQLSchema,
  isCompositeType,
  isInterfaceType,
  isListType,
  isObjectType,
  Kind,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from 'graphql';
import type { CostRules, FieldCost } from './cost-rules.ts';

/** Points of an object, of a mutation, and how long a list is assumed to be that says nothing about itself. */
export const usualCost = { object: 1, mutation: 10, listSize: 10 } as const;

/** One field of an operation as the estimate sees it. A field of scalars only costs nothing. */
export interface CostNode {
  /** Under which the answer has it. */
  readonly key: string;
  readonly weight: number;
  readonly size: ListSize;
  readonly inside: readonly CostNode[];
}

/** How often a field's value stands in the answer: a number, or a variable's value with a fallback. */
export type ListSize = number | { readonly variable: string; readonly fallback: number };

/** What the arguments of a connection say to the fields below it. */
interface Sizing {
  readonly fields: readonly string[];
  readonly size: ListSize;
}

interface Graph {
  readonly schema: GraphQLSchema;
  readonly rules: CostRules;
}

/**
 * The tree by which an operation's cost is reckoned: each object a point, a mutation ten, lists as long as `@listSize`, `first` or `last` say, else ten;
 * `@cost` changes a weight. A list's `first` without a directive counts for the `nodes` and `edges` of a connection, or for the list itself.
 * The operation must be valid.
 */
export function compileCost(
  operation: OperationDefinitionNode,
  document: DocumentNode,
  { schema, rules }: Graph,
): readonly CostNode[] {
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const definition of document.definitions) {
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments.set(definition.name.value, definition);
  }
  const fallbacks = new Map(
    (operation.variableDefinitions ?? []).map(({ variable, defaultValue }) => [variable.name.value, defaultValue]),
  );

  function nodesOf(set: SelectionSetNode, parent: GraphQLNamedType, sizing: Sizing | null): CostNode[] {
    return set.selections.flatMap((selection) => {
      if (selection.kind === Kind.FIELD) return nodeOf(selection, parent, sizing) ?? [];
      const fragment = selection.kind === Kind.FRAGMENT_SPREAD ? fragments.get(selection.name.value) : selection;
      if (!fragment) return [];
      const on = fragment.typeCondition ? schema.getType(fragment.typeCondition.name.value) : parent;
      return nodesOf(fragment.selectionSet, on ?? parent, sizing);
    });
  }

  function nodeOf(field: FieldNode, parent: GraphQLNamedType, sizing: Sizing | null): CostNode | null {
    const name = field.name.value;
    const definition = isObjectType(parent) || isInterfaceType(parent) ? parent.getFields()[name] : undefined;
    if (!definition) return null;
    const type = getNamedType(definition.type);
    const rule = rules.get(`${parent.name}.${name}`);
    const isList = isListType(getNullableType(definition.type));
    const asked = askedSize(field, definition, rule);
    const own = sizing?.fields.includes(name) ? sizing.size : (asked ?? rule?.assumedSize ?? usualCost.listSize);
    const below = !isList && asked !== null ? { fields: rule?.sizedFields ?? ['nodes', 'edges'], size: asked } : null;
    const inside = field.selectionSet ? nodesOf(field.selectionSet, type, below) : [];
    const weight = rule?.weight ?? rules.get(type.name)?.weight ?? usualWeight(parent, type);
    if (weight === 0 && inside.length === 0) return null;
    return { key: field.alias?.value ?? name, weight, size: isList ? own : 1, inside };
  }

  function usualWeight(parent: GraphQLNamedType, type: GraphQLNamedType): number {
    if (parent === schema.getMutationType()) return usualCost.mutation;
    return isCompositeType(type) ? usualCost.object : 0;
  }

  function askedSize(field: FieldNode, definition: GraphQLField<unknown, unknown>, rule: FieldCost | undefined) {
    for (const name of rule?.slicingArguments ?? ['first', 'last']) {
      const known = definition.args.find((argument) => argument.name === name);
      if (!known) continue;
      const standing = typeof known.defaultValue === 'number' ? known.defaultValue : usualCost.listSize;
      const value = field.arguments?.find((argument) => argument.name.value === name)?.value;
      if (!value) return standing;
      if (value.kind === Kind.INT) return Number(value.value);
      if (value.kind !== Kind.VARIABLE) continue;
      const fallback = fallbacks.get(value.name.value);
      return {
        variable: value.name.value,
        fallback: fallback?.kind === Kind.INT ? Number(fallback.value) : standing,
      };
    }
    return null;
  }

  const root = schema.getRootType(operation.operation);
  return root ? nodesOf(operation.selectionSet, root, null) : [];
}
