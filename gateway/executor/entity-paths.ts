import type { ResponsePath } from '@apollo/query-planner';
import { own, type JsonObject } from './json.ts';

/** Where an entity stands in the answer. */
export type Place = readonly (string | number)[];

/** All objects at a path of the query plan, whose `@` is every element of a list. What is null has none. */
export function entitiesAt(data: JsonObject, path: ResponsePath): JsonObject[] {
  const found: JsonObject[] = [];
  collect(data, path, 0, found);
  return found;
}

function collect(value: unknown, path: ResponsePath, index: number, found: JsonObject[]): void {
  if (value === null || value === undefined) return;
  const step = path[index];
  if (step === undefined) {
    if (Array.isArray(value)) {
      for (const each of value) if (each !== null && each !== undefined) found.push(each as JsonObject);
    } else found.push(value as JsonObject);
  } else if (step === '@') {
    if (!Array.isArray(value)) throw new Error('a subgraph answered something else than a list');
    for (const each of value) collect(each, path, index + 1, found);
  } else {
    if (Array.isArray(value)) throw new Error('a subgraph answered a list where none belongs');
    collect(own(value as JsonObject, String(step)), path, index + 1, found);
  }
}

/** Where each of the objects that `entitiesAt` gives stands, in the same order. */
export function placesAt(data: JsonObject, path: ResponsePath): Place[] {
  const found: Place[] = [];
  const visit = (value: unknown, index: number, place: Place): void => {
    if (value === null || value === undefined) return;
    const step = path[index];
    if (step === undefined && !Array.isArray(value)) found.push(place);
    else if (step === '@' || step === undefined) {
      for (const [at, each] of (value as unknown[]).entries()) visit(each, index + 1, [...place, at]);
    } else visit(own(value as JsonObject, String(step)), index + 1, [...place, step]);
  };
  visit(data, 0, []);
  return found;
}
