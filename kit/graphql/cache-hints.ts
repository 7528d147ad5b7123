import {
  type ConstDirectiveNode,
  type GraphQLField,
  type GraphQLNamedType,
  type GraphQLSchema,
  isObjectType,
  valueFromASTUntyped,
} from 'graphql';

/** How long a value may be kept: seconds, or as long as what it is a part of. */
export type CacheHint = number | 'INHERITED';

/** The hints of types (`Money`) and fields (`Sku.price`). What isn't in it is kept by nobody. */
export type CacheHints = Readonly<Record<string, CacheHint>>;

/** The directive that is a hint. */
export const hintDirective = 'cacheControl';

/** A hint that says nothing, or two things. */
export class CacheHintError extends Error {
  constructor(problem: string) {
    super(problem);
    this.name = 'CacheHintError';
  }
}

/** The hints of a schema's object types and their fields. Throws CacheHintError, naming the place, for one without exactly one of `maxAge` (0 and more) and `inheritMaxAge: true`. */
export function cacheHints(schema: GraphQLSchema): ReadonlyMap<string, CacheHint> {
  const hints = new Map<string, CacheHint>();
  const note = (coordinate: string, element: GraphQLNamedType | GraphQLField<unknown, unknown>) => {
    const hint = hintOn(coordinate, element);
    if (hint !== null) hints.set(coordinate, hint);
  };
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type) || type.name.startsWith('__')) continue;
    note(type.name, type);
    for (const field of Object.values(type.getFields())) note(`${type.name}.${field.name}`, field);
  }
  return hints;
}

function hintOn(coordinate: string, element: GraphQLNamedType | GraphQLField<unknown, unknown>): CacheHint | null {
  const nodes = [element.astNode, ...('extensionASTNodes' in element ? element.extensionASTNodes : [])];
  const [found, ...more] = nodes.flatMap((node) =>
    (node?.directives ?? []).filter(({ name }) => name.value === hintDirective),
  );
  if (!found) return null;
  const { maxAge, inheritMaxAge } = argumentsOf(found);
  if (more.length === 0 && inheritMaxAge === true && maxAge === undefined) return 'INHERITED';
  if (more.length === 0 && inheritMaxAge === undefined && Number.isSafeInteger(maxAge) && Number(maxAge) >= 0) {
    return Number(maxAge);
  }
  throw new CacheHintError(`${coordinate}: @cacheControl takes either maxAge, 0 or more, or inheritMaxAge: true`);
}

function argumentsOf(directive: ConstDirectiveNode): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    (directive.arguments ?? []).map(({ name, value }) => [name.value, valueFromASTUntyped(value)]),
  );
}
