import { Kind, parse, print, visit, type DocumentNode, type OperationDefinitionNode } from 'graphql';

/** A fetch of entities as the query plan makes it: one operation whose only field is `_entities(representations: $representations)`. */
export interface EntityFetch {
  readonly query: string;
  readonly variables: Readonly<Record<string, unknown>>;
}

/** A part of a GraphQL answer. */
export interface FetchAnswer {
  readonly data: Record<string, unknown> | null;
  readonly errors?: readonly FetchError[];
  /** Set when the subgraph shares the data with others, who are all given the same of this: then nothing in the data may be changed. */
  readonly shared?: object;
}

/** An error of a subgraph. */
export interface FetchError {
  readonly message: string;
  readonly path?: unknown;
  readonly extensions?: Readonly<Record<string, unknown>>;
}

const field = '_entities';
const nameOf = (name: string, index: number): string => (index === 0 ? name : `${name}_${index}`);

/**
 * One query text that asks for everything that several fetches ask for. The first keeps its names; those of the others (the field's alias,
 * variables, fragments) get their fetch's index as a suffix.
 */
export function mergeQueries(queries: readonly string[]): string {
  const documents = queries.map((query, index) => renamed(parse(query), index));
  const operations = documents.map(operationOf);
  const [first] = operations;
  if (first === undefined) throw new Error('nothing to merge');
  const merged: OperationDefinitionNode = {
    ...first,
    variableDefinitions: operations.flatMap((operation) => operation.variableDefinitions ?? []),
    selectionSet: {
      kind: Kind.SELECTION_SET,
      selections: operations.flatMap((operation) => operation.selectionSet.selections),
    },
  };
  const fragments = documents.flatMap(({ definitions }) =>
    definitions.filter((definition) => definition.kind === Kind.FRAGMENT_DEFINITION),
  );
  return print({ kind: Kind.DOCUMENT, definitions: [merged, ...fragments] });
}

/** The variables of the merged query. */
export function mergeVariables(fetches: readonly EntityFetch[]): Record<string, unknown> {
  return Object.fromEntries(
    fetches.flatMap(({ variables }, index) =>
      Object.entries(variables).map(([name, value]) => [nameOf(name, index), value]),
    ),
  );
}

/** What the answer to the merged query says to each of the fetches. An error that belongs to none of them concerns all. */
export function splitAnswer(answer: FetchAnswer, count: number): FetchAnswer[] {
  return Array.from({ length: count }, (_, index) => {
    const own = nameOf(field, index);
    const errors = (answer.errors ?? []).flatMap((error) => {
      if (!Array.isArray(error.path)) return [error];
      const [root, ...rest] = error.path as unknown[];
      return root === own ? [{ ...error, path: [field, ...rest] }] : [];
    });
    return {
      data: answer.data === null ? null : { [field]: answer.data[own] },
      ...(errors.length > 0 ? { errors } : {}),
      ...(answer.shared ? { shared: answer.shared } : {}),
    };
  });
}

function operationOf({ definitions }: DocumentNode): OperationDefinitionNode {
  const operation = definitions.find((definition) => definition.kind === Kind.OPERATION_DEFINITION);
  if (operation === undefined) throw new Error('a fetch without an operation');
  return operation;
}

function renamed(document: DocumentNode, index: number): DocumentNode {
  if (index === 0) return document;
  const rename = <Node extends { readonly name: { readonly value: string } }>(node: Node): Node => ({
    ...node,
    name: { ...node.name, value: nameOf(node.name.value, index) },
  });
  return visit(document, {
    Variable: rename,
    FragmentSpread: rename,
    FragmentDefinition: rename,
    OperationDefinition: {
      // On the way back up: what is below has its new names already.
      leave: (operation) => ({
        ...operation,
        selectionSet: {
          ...operation.selectionSet,
          selections: operation.selectionSet.selections.map((selection) =>
            selection.kind === Kind.FIELD
              ? { ...selection, alias: { kind: Kind.NAME, value: nameOf(selection.name.value, index) } as const }
              : selection,
          ),
        },
      }),
    },
  });
}
