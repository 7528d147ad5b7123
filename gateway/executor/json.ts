/** An object as JSON has them, or as graphql-js makes them: the parts of an answer. */
export interface JsonObject {
  [name: string]: unknown;
}

/** An object, and neither null nor a list. */
export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The object's own value of that name: what every object inherits is no part of an answer. */
export function own(object: JsonObject, name: string): unknown {
  const value = object[name];
  return value === undefined || Object.hasOwn(object, name) ? value : undefined;
}

/** Sets the object's own value of that name, whatever the name is. */
export function put(object: JsonObject, name: string, value: unknown): void {
  if (name === '__proto__') {
    Object.defineProperty(object, name, { value, configurable: true, enumerable: true, writable: true });
  } else {
    object[name] = value;
  }
}

/**
 * Merges what a subgraph said into what is known. Objects are merged, lists of the same length element by element, anything else is
 * replaced; undefined says nothing.
 */
export function mergeInto(target: JsonObject, source: JsonObject | null | undefined): void {
  if (source === null || source === undefined || source === target) return;
  for (const name in source) {
    const value = source[name];
    if (value === undefined) continue;
    const known = own(target, name);
    if (known && isJsonObject(value)) mergeInto(known as JsonObject, value);
    else if (Array.isArray(value) && Array.isArray(known) && value.length === known.length) mergeLists(known, value);
    else put(target, name, value);
  }
}

function mergeLists(target: unknown[], source: readonly unknown[]): void {
  for (let index = 0; index < source.length; index += 1) {
    const value = source[index];
    const known = target[index];
    if (isJsonObject(known) && isJsonObject(value)) mergeInto(known, value);
    else target[index] = value;
  }
}
