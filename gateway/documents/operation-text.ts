import { type DocumentNode, Kind, print, separateOperations } from 'graphql';

/** One operation with the fragments it needs, in one form whatever it was written like; null when the document doesn't have exactly that one. */
export function operationText(document: DocumentNode, operationName: string | null): string | null {
  const operations = document.definitions.filter((definition) => definition.kind === Kind.OPERATION_DEFINITION);
  const names = operations.map(({ name }) => name?.value ?? '');
  const name = operationName ?? (names.length === 1 ? names[0] : undefined);
  if (name === undefined || names.filter((each) => each === name).length !== 1) return null;
  const own = separateOperations(document)[name];
  return own ? own.definitions.map(print).toSorted().join('\n') : null;
}
