import { type ConstDirectiveNode, Kind, parse, valueFromASTUntyped } from 'graphql';

/** What a schema says about the cost of a field. */
export interface FieldCost {
  /** Of resolving it once, in points; absent for the usual weight. */
  readonly weight?: number;
  /** How long its list is assumed to be when no argument says so. */
  readonly assumedSize?: number;
  /** Arguments that say how long the list is. */
  readonly slicingArguments?: readonly string[];
  /** The fields of a connection that are as long as the arguments say. */
  readonly sizedFields?: readonly string[];
}

/** Costs by coordinate: `Type.field`, and `Type` for a weight of the type itself. */
export type CostRules = ReadonlyMap<string, FieldCost>;

/** Reads `@cost` and `@listSize` from a supergraph. */
export function costRulesOf(supergraphSdl: string): CostRules {
  const rules = new Map<string, FieldCost>();
  for (const definition of parse(supergraphSdl).definitions) {
    if (definition.kind !== Kind.OBJECT_TYPE_DEFINITION && definition.kind !== Kind.INTERFACE_TYPE_DEFINITION) continue;
    note(rules, definition.name.value, definition.directives ?? []);
    for (const field of definition.fields ?? []) {
      note(rules, `${definition.name.value}.${field.name.value}`, field.directives ?? []);
    }
  }
  return rules;
}

function note(rules: Map<string, FieldCost>, coordinate: string, directives: readonly ConstDirectiveNode[]): void {
  const cost = argumentsOf(directives, 'cost');
  const listSize = argumentsOf(directives, 'listSize');
  if (!cost && !listSize) return;
  rules.set(coordinate, { ...(cost ? { weight: Number(cost['weight']) } : {}), ...listSize });
}

function argumentsOf(directives: readonly ConstDirectiveNode[], name: string): Record<string, unknown> | null {
  const directive = directives.find((candidate) => candidate.name.value === name);
  if (!directive) return null;
  return Object.fromEntries(
    (directive.arguments ?? []).map((given) => [given.name.value, valueFromASTUntyped(given.value)]),
  );
}
