import {
  type DocumentNode,
  type FragmentDefinitionNode,
  GraphQLError,
  Kind,
  type OperationDefinitionNode,
} from 'graphql';

/** What an operation asks for. */
export type Subject = 'DATA' | 'SCHEMA' | 'BOTH';

/** What an operation asks for, by its fields of the root. `__typename` belongs to either. */
export function subjectOf(operation: OperationDefinitionNode, document: DocumentNode): Subject {
  const roots = rootFieldsOf(operation, document);
  if (!roots.has('__schema') && !roots.has('__type')) return 'DATA';
  return [...roots].some((name) => !name.startsWith('__')) ? 'BOTH' : 'SCHEMA';
}

/** The refusal of a question for the schema. */
export function schemaIsNotShown(): GraphQLError {
  return new GraphQLError('The schema is not shown: introspection is for those who may.', {
    extensions: { code: 'GRAPHQL_VALIDATION_FAILED' },
  });
}

function rootFieldsOf(operation: OperationDefinitionNode, document: DocumentNode): Set<string> {
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const definition of document.definitions) {
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments.set(definition.name.value, definition);
  }
  const names = new Set<string>();
  const entered = new Set<string>();
  const sets = [operation.selectionSet];
  for (let set = sets.pop(); set; set = sets.pop()) {
    for (const selection of set.selections) {
      if (selection.kind === Kind.FIELD) names.add(selection.name.value);
      else if (selection.kind === Kind.INLINE_FRAGMENT) sets.push(selection.selectionSet);
      else if (!entered.has(selection.name.value)) {
        entered.add(selection.name.value);
        const fragment = fragments.get(selection.name.value);
        if (fragment) sets.push(fragment.selectionSet);
      }
    }
  }
  return names;
}
