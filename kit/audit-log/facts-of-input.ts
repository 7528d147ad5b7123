import {
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
  type GraphQLArgument,
  type GraphQLInputType,
} from 'graphql';

/** The scalars that hold no text of a person's. */
const plainScalars = new Set(['ID', 'Int', 'Float', 'Boolean', 'Decimal', 'CurrencyCode', 'DateTime']);

/** What may be written down of an input. */
export interface InputFacts {
  readonly facts: Record<string, unknown>;
  /** The ids in it, each once. */
  readonly ids: readonly string[];
}

/**
 * What an input says without personal data: the schema tells. Ids, numbers, amounts, choices and instants are kept; `String` is whatever a person wrote
 * and is left out, whether it is a name, a password or a note.
 */
export function factsOfInput(args: readonly GraphQLArgument[], values: Readonly<Record<string, unknown>>): InputFacts {
  const ids = new Set<string>();
  const facts = kept(args, values, ids);
  return { facts, ids: [...ids] };
}

function kept(
  fields: readonly { readonly name: string; readonly type: GraphQLInputType }[],
  values: Readonly<Record<string, unknown>>,
  ids: Set<string>,
): Record<string, unknown> {
  const facts: Record<string, unknown> = {};
  for (const { name, type } of fields) {
    const fact = values[name] === undefined ? undefined : factOf(type, values[name], ids);
    if (fact !== undefined) facts[name] = fact;
  }
  return facts;
}

/** Undefined for what is left out. */
function factOf(type: GraphQLInputType, value: unknown, ids: Set<string>): unknown {
  if (isNonNullType(type)) return factOf(type.ofType, value, ids);
  if (value === null) return null;
  if (isListType(type)) {
    const facts = (Array.isArray(value) ? value : [value]).map((element) => factOf(type.ofType, element, ids));
    return facts.some((fact) => fact !== undefined) ? facts : undefined;
  }
  if (isInputObjectType(type))
    return kept(Object.values(type.getFields()), value as Readonly<Record<string, unknown>>, ids);
  if (!isEnumType(type) && !plainScalars.has(type.name)) return undefined;
  if (type.name === 'ID') ids.add(String(value));
  return value instanceof Date ? value.toISOString() : value;
}
