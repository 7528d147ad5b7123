import { CriticalityLevel, diff } from '@graphql-inspector/core';
import type { GraphQLSchema } from 'graphql';
import { usedCoordinates, type RegisteredDocuments } from './registered-documents.ts';

/** A change that could break a client. */
export interface BreakingChange {
  readonly message: string;
  /** True when a registered document relies on what changed. */
  readonly used: boolean;
}

/** The breaking changes between two versions of what clients see; only those that a registered document uses count against a change. */
export async function breakingChanges(
  before: GraphQLSchema,
  after: GraphQLSchema,
  registered: readonly RegisteredDocuments[],
): Promise<BreakingChange[]> {
  const changes = await diff(before, after);
  const used = usedCoordinates(before, registered);
  return changes
    .filter((change) => change.criticality.level === CriticalityLevel.Breaking)
    .map(({ message, path = '' }) => ({ message, used: isUsed(path, used) }));
}

/** A new required part of an input isn't used by name yet: it breaks whoever uses the input. */
function isUsed(path: string, used: ReadonlySet<string>): boolean {
  const [type = '', field] = path.split('.');
  return (
    used.has(path) || used.has(`${type}.*`) || (field === undefined ? used.has(type) : used.has(`${type}.${field}`))
  );
}
