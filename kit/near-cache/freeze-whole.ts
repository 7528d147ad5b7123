/** Freezes a value with all that it leads to, so that nobody who is handed it changes it for others. What is frozen already is taken to be so as a whole. */
export function freezeWhole<Value>(value: Value): Value {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value;
  Object.freeze(value);
  const parts = value instanceof Map || value instanceof Set ? value.values() : Object.values(value);
  for (const part of parts) freezeWhole(part);
  return value;
}
