const objectBytes = 24;
const slotBytes = 8;

/**
 * About how many bytes of memory a value takes with all that it leads to, each object once: objects and arrays with a slot for each of their parts, texts with two bytes
 * for each character. Functions and what they hold are not counted.
 */
export function bytesOf(value: unknown): number {
  const counted = new Set<object>();
  const open: unknown[] = [value];
  let bytes = 0;
  while (open.length > 0) {
    const one = open.pop();
    bytes += slotBytes;
    if (typeof one === 'string') bytes += objectBytes + 2 * one.length;
    if (typeof one !== 'object' || one === null || counted.has(one)) continue;
    counted.add(one);
    bytes += objectBytes;
    for (const part of partsOf(one)) open.push(part);
  }
  return bytes;
}

function partsOf(value: object): Iterable<unknown> {
  if (value instanceof Map) return [...value.keys(), ...value.values()];
  return value instanceof Set ? value : Object.values(value);
}
