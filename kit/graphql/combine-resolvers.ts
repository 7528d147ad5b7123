type Resolvers = Readonly<Record<string, unknown>>;
type Intersection<Union> = (Union extends unknown ? (one: Union) => void : never) extends (all: infer All) => void
  ? All
  : never;

/**
 * Merges the resolvers of features into those of one subgraph: several features may add fields to the same type.
 * Throws when two of them define the same field, because the later one would silently win. Scalars are taken whole.
 */
export function combineResolvers<const Parts extends readonly object[]>(...parts: Parts): Intersection<Parts[number]> {
  const combined: Record<string, unknown> = {};
  for (const part of parts) {
    for (const [typeName, resolvers] of Object.entries(part)) {
      const existing = combined[typeName];
      combined[typeName] = existing === undefined ? resolvers : mergeType(typeName, existing, resolvers);
    }
  }
  return combined as Intersection<Parts[number]>;
}

function mergeType(typeName: string, first: unknown, second: unknown): Resolvers {
  if (!isPlain(first) || !isPlain(second)) throw new Error(`two features define ${typeName}`);
  for (const field of Object.keys(second)) {
    if (field in first) throw new Error(`two features define ${typeName}.${field}`);
  }
  return { ...first, ...second };
}

function isPlain(value: unknown): value is Resolvers {
  return typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;
}
