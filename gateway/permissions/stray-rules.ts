import { Kind, parse } from 'graphql';
import type { AccessRules } from './restriction.ts';

/** The coordinates of rules whose fields a supergraph doesn't have: the two were not composed together. */
export function strayRules(rules: AccessRules, supergraphSdl: string): string[] {
  const fields = new Set<string>();
  for (const definition of parse(supergraphSdl).definitions) {
    if (definition.kind !== Kind.OBJECT_TYPE_DEFINITION && definition.kind !== Kind.INTERFACE_TYPE_DEFINITION) continue;
    for (const field of definition.fields ?? []) fields.add(`${definition.name.value}.${field.name.value}`);
  }
  return Object.keys(rules).filter((coordinate) => !fields.has(coordinate));
}
