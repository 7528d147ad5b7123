import {
  isAbstractType,
  isCompositeType,
  isInterfaceType,
  isObjectType,
  Kind,
  type FragmentDefinitionNode,
  type GraphQLCompositeType,
  type GraphQLOutputType,
  type GraphQLSchema,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql';
import { Unusual } from './unusual.ts';

/** A selection set together with what is needed to read it. */
export interface Selections {
  readonly set: SelectionSetNode;
  readonly fragments: Readonly<Record<string, FragmentDefinitionNode>>;
  /** Whether `@skip` and `@include` let the selection in. */
  readonly included: (selection: SelectionNode) => boolean;
}

/** A field of the answer: everything that is selected under one name. */
export interface CollectedField {
  /** Under which it stands in the answer. */
  readonly name: string;
  /** Null for `__typename`. */
  readonly type: GraphQLOutputType | null;
  readonly selections: readonly Selections[];
  /** What the object is known to be where the field stands. */
  readonly parent: GraphQLCompositeType;
}

/**
 * The fields that an object has in the answer, in their order. `declared` is what the schema says of it, `actual` what the data says, null
 * when it says nothing: then fragments apply when the schema is enough for them. Throws `Unusual` where a field is selected under two
 * types, or the schema is asked for.
 */
export function collectFields(
  schema: GraphQLSchema,
  selections: readonly Selections[],
  declared: GraphQLCompositeType,
  actual: GraphQLCompositeType | null,
): readonly CollectedField[] {
  const found = new Map<string, CollectedField>();

  function add(field: CollectedField): void {
    if (field.name === '__proto__') throw new Unusual('a name that objects do not take');
    const known = found.get(field.name);
    if (known === undefined) {
      found.set(field.name, field);
      return;
    }
    if (String(known.type) !== String(field.type)) throw new Unusual('a field that is selected under two types');
    found.set(field.name, { ...known, selections: [...known.selections, ...field.selections] });
  }

  /** `on` is the type that the selection is written for, `parent` what the object is known to be there. */
  function visit(
    { set, fragments, included }: Selections,
    on: GraphQLCompositeType,
    parent: GraphQLCompositeType,
  ): void {
    for (const selection of set.selections) {
      if (!included(selection)) continue;
      if (selection.kind === Kind.FIELD) {
        const name = (selection.alias ?? selection.name).value;
        const type = typeOfField(on, selection.name.value);
        const below = selection.selectionSet ? [{ set: selection.selectionSet, fragments, included }] : [];
        add({ name, type, selections: below, parent });
        continue;
      }
      const fragment = selection.kind === Kind.FRAGMENT_SPREAD ? fragments[selection.name.value] : selection;
      if (fragment === undefined) throw new Unusual('a fragment that is not defined');
      const within = { set: fragment.selectionSet, fragments, included };
      if (fragment.typeCondition === undefined) {
        visit(within, on, parent);
        continue;
      }
      const condition = schema.getType(fragment.typeCondition.name.value);
      if (!isCompositeType(condition)) throw new Unusual('a condition that is no type of objects');
      if (isWithin(schema, condition, actual ?? parent)) visit(within, condition, condition);
    }
  }

  for (const each of selections) visit(each, declared, actual ?? declared);
  return [...found.values()];
}

/** Whether everything of type `type` is of type `condition`. */
function isWithin(schema: GraphQLSchema, condition: GraphQLCompositeType, type: GraphQLCompositeType): boolean {
  if (condition === type) return true;
  return (
    isAbstractType(condition) && (isObjectType(type) || isInterfaceType(type)) && schema.isSubType(condition, type)
  );
}

function typeOfField(parent: GraphQLCompositeType, name: string): GraphQLOutputType | null {
  if (name === '__typename') return null;
  const field = 'getFields' in parent ? parent.getFields()[name] : undefined;
  // `__schema` and `__type` are answered from the schema and not from data.
  if (field === undefined) throw new Unusual('a field that the type does not have');
  return field.type;
}
