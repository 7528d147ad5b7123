import { createWeighedCache } from '#kit/weighed-cache/weighed-cache.ts';

/** Values by an operation's text and name. What was used longest ago goes when all together weigh too much. */
export interface OperationCache<Value> {
  get(query: string, operationName: string | null): Value | undefined;
  /** `bytes`: what the value weighs. */
  set(query: string, operationName: string | null, value: Value, bytes: number): void;
  clear(): void;
}

/** A cache that never holds more than `maxBytes`, by the weights that it is told. */
export function createOperationCache<Value>(maxBytes: number): OperationCache<Value> {
  const values = createWeighedCache<Value>(maxBytes);
  return {
    get: (query, operationName) => values.get(keyOf(query, operationName)),
    set: (query, operationName, value, bytes) => values.set(keyOf(query, operationName), value, bytes),
    clear: () => values.clear(),
  };
}

/** No document begins with a name and a line break. */
function keyOf(query: string, operationName: string | null): string {
  return operationName === null ? query : `${operationName}\n${query}`;
}
