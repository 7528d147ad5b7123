import type { QueryPlanSelectionNode } from '@apollo/query-planner';
import type { GraphQLSchema } from 'graphql';
import { mergeInto, own, put, type JsonObject } from './json.ts';
import { isOfType } from './type-conditions.ts';

/** Writes what a subgraph needs to know of an entity; null when something of it is missing. */
type Write = (entity: JsonObject) => JsonObject | null;
type Add = (entity: JsonObject, representation: JsonObject) => boolean;

/** Compiles the `requires` of a fetch. A representation without `__typename` is of no use: then no fragment fitted the entity. */
export function compileRepresentation(
  schema: GraphQLSchema,
  selections: readonly QueryPlanSelectionNode[],
): (entity: JsonObject) => JsonObject | null {
  const write = writerOf(schema, selections);
  return (entity) => {
    const representation = write(entity);
    return representation?.['__typename'] ? representation : null;
  };
}

function writerOf(schema: GraphQLSchema, selections: readonly QueryPlanSelectionNode[]): Write {
  const adds = selections.map((selection) =>
    selection.kind === 'Field'
      ? addField(schema, selection.alias ?? selection.name, selection.selections)
      : addFragment(schema, selection.typeCondition, selection.selections),
  );
  return (entity) => {
    const representation: JsonObject = {};
    for (const add of adds) if (!add(entity, representation)) return null;
    return representation;
  };
}

function addField(schema: GraphQLSchema, name: string, selections: readonly QueryPlanSelectionNode[] | undefined): Add {
  const write = selections ? writerOf(schema, selections) : null;
  const below = (value: unknown): unknown => (write === null || value === null ? value : write(value as JsonObject));
  return (entity, representation) => {
    const value = own(entity, name);
    if (value === undefined) return false;
    put(representation, name, Array.isArray(value) ? value.map(below) : below(value));
    return true;
  };
}

function addFragment(
  schema: GraphQLSchema,
  condition: string | undefined,
  selections: readonly QueryPlanSelectionNode[],
): Add {
  if (condition === undefined) return () => true;
  const applies = isOfType(schema, condition);
  const write = writerOf(schema, selections);
  return (entity, representation) => {
    if (applies(entity['__typename'])) mergeInto(representation, write(entity));
    return true;
  };
}
