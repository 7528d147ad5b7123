import { Kind, parse, visit, type FragmentDefinitionNode, type OperationDefinitionNode } from 'graphql';

/**
 * Every named operation of a file as it is written there, to the letter, followed by the fragments that it needs; by name. This is what a client
 * sends and what is registered. Throws for a name that is used twice.
 */
export function operationSources(text: string): Map<string, string> {
  const { definitions } = parse(text);
  const fragments = new Map(
    definitions.filter((one) => one.kind === Kind.FRAGMENT_DEFINITION).map((one) => [one.name.value, one]),
  );
  const found = new Map<string, string>();
  for (const operation of definitions) {
    if (operation.kind !== Kind.OPERATION_DEFINITION || operation.name === undefined) continue;
    const name = operation.name.value;
    if (found.has(name)) throw new Error(`a second operation is called ${name}`);
    const parts = [operation, ...fragmentsOf(operation, fragments)];
    found.set(name, parts.map(({ loc }) => loc?.source.body.slice(loc.start, loc.end)).join('\n\n'));
  }
  return found;
}

/** The fragments that a definition spreads, and those that they spread, each once. */
function fragmentsOf(
  operation: OperationDefinitionNode,
  known: ReadonlyMap<string, FragmentDefinitionNode>,
): Set<FragmentDefinitionNode> {
  const needed = new Set<FragmentDefinitionNode>();
  const collect = (node: OperationDefinitionNode | FragmentDefinitionNode): void => {
    visit(node, {
      FragmentSpread({ name }) {
        const fragment = known.get(name.value);
        if (fragment === undefined || needed.has(fragment)) return;
        needed.add(fragment);
        collect(fragment);
      },
    });
  };
  collect(operation);
  return needed;
}
