import {
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  Kind,
  type OperationDefinitionNode,
  type SelectionSetNode,
  type ValueNode,
  type VariableDefinitionNode,
  visit,
} from 'graphql';
import type { Measures, PageSize } from './document-limits.ts';

/** The measures of a part of a document that add up or compete on the way to the root. */
interface Size {
  fields: number;
  depth: number;
  introspectionDepth: number;
  aliases: number;
  directives: number;
}

const pageArguments: ReadonlySet<string> = new Set(['first', 'last']);
const introspection: ReadonlySet<string> = new Set(['__schema', '__type']);

/**
 * Measures a document without its schema. Each fragment is measured once and counted wherever it is spread, so the time is linear in the
 * text even where the counts grow exponentially; a fragment that spreads itself adds nothing, and validation refuses it.
 */
export function measureDocument(document: DocumentNode): Measures {
  const fragments = new Map<string, FragmentDefinitionNode>();
  const operations: OperationDefinitionNode[] = [];
  for (const definition of document.definitions) {
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments.set(definition.name.value, definition);
    if (definition.kind === Kind.OPERATION_DEFINITION) operations.push(definition);
  }
  const sizes = new Map<string, Size>();

  function sizeOfFragment(name: string): Size {
    const known = sizes.get(name);
    if (known) return known;
    const fragment = fragments.get(name);
    const size = none();
    sizes.set(name, size);
    if (!fragment) return size;
    add(size, sizeOf(fragment.selectionSet));
    size.directives += fragment.directives?.length ?? 0;
    return size;
  }

  function sizeOf(set: SelectionSetNode): Size {
    const size = none();
    for (const selection of set.selections) {
      size.fields += 1;
      size.directives += selection.directives?.length ?? 0;
      if (selection.kind === Kind.FIELD) add(size, sizeOfField(selection));
      else if (selection.kind === Kind.INLINE_FRAGMENT) add(size, sizeOf(selection.selectionSet));
      else add(size, sizeOfFragment(selection.name.value));
    }
    return size;
  }

  function sizeOfField(field: FieldNode): Size {
    const inside = field.selectionSet ? sizeOf(field.selectionSet) : none();
    if (field.alias) inside.aliases += 1;
    if (introspection.has(field.name.value)) {
      return { ...inside, depth: 0, introspectionDepth: inside.depth + 1 };
    }
    inside.depth += 1;
    return inside;
  }

  const total = none();
  for (const operation of operations) {
    const size = sizeOf(operation.selectionSet);
    size.directives += operation.directives?.length ?? 0;
    for (const variable of operation.variableDefinitions ?? []) size.directives += variable.directives?.length ?? 0;
    larger(total, size);
  }
  return { ...total, pageSizes: pageSizesOf(document, operations) };
}

function none(): Size {
  return { fields: 0, depth: 0, introspectionDepth: 0, aliases: 0, directives: 0 };
}

function add(size: Size, part: Size): void {
  size.depth = Math.max(size.depth, part.depth);
  size.introspectionDepth = Math.max(size.introspectionDepth, part.introspectionDepth);
  size.fields += part.fields;
  size.aliases += part.aliases;
  size.directives += part.directives;
}

function larger(size: Size, other: Size): void {
  for (const key of Object.keys(size) as (keyof Size)[]) size[key] = Math.max(size[key], other[key]);
}

function pageSizesOf(document: DocumentNode, operations: readonly OperationDefinitionNode[]): PageSize[] {
  const variables = new Map(
    operations.flatMap(({ variableDefinitions = [] }) =>
      variableDefinitions.map((definition) => [definition.variable.name.value, definition]),
    ),
  );
  const sizes = new Map<string, PageSize>();
  visit(document, {
    Argument({ name, value }) {
      const size = pageArguments.has(name.value) ? pageSizeOf(value, variables) : null;
      if (size) sizes.set('literal' in size ? String(size.literal) : `$${size.variable}`, size);
    },
  });
  return [...sizes.values()];
}

function pageSizeOf(value: ValueNode, variables: ReadonlyMap<string, VariableDefinitionNode>): PageSize | null {
  if (value.kind === Kind.INT) return { literal: Number(value.value) };
  if (value.kind !== Kind.VARIABLE) return null;
  const fallback = variables.get(value.name.value)?.defaultValue;
  return { variable: value.name.value, fallback: fallback?.kind === Kind.INT ? Number(fallback.value) : null };
}
