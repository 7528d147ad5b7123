import {
  GraphQLBoolean,
  GraphQLFloat,
  GraphQLID,
  GraphQLInt,
  GraphQLString,
  isCompositeType,
  isEnumType,
  isListType,
  isNonNullType,
  isObjectType,
  type GraphQLCompositeType,
  type GraphQLNamedType,
  type GraphQLOutputType,
  type GraphQLSchema,
} from 'graphql';
import { collectFields, type CollectedField, type Selections } from './collect-fields.ts';
import { own, type JsonObject } from './json.ts';
import { Unusual } from './unusual.ts';

/** Shapes merged data as the client asked for it; what is in that shape already is handed on as it is. `forgiving`: values that don't fit become null; otherwise they are `Unusual`. */
export type Projection = (data: JsonObject, forgiving: boolean) => JsonObject | null;

/** A null where none may be: the surrounding object or list becomes null in its turn. */
const misfit = Symbol('a null where none may be');

type Complete = (value: unknown, forgiving: boolean) => unknown;
type CompleteObject = (value: JsonObject, forgiving: boolean) => JsonObject | null;

const wholeNumber = /^-?(?:0|[1-9][0-9]*)$/;
const isWhole = (value: unknown): boolean => typeof value === 'number' && wholeNumber.test(String(value));
const inheritedNames: ReadonlySet<string> = new Set(Object.getOwnPropertyNames(Object.prototype));

/** What a leaf of each built-in type may be; a scalar of the schema's own may be anything. */
const builtIn: ReadonlyMap<unknown, (value: unknown) => boolean> = new Map([
  [GraphQLString.name, (value: unknown) => typeof value === 'string'],
  [GraphQLID.name, (value: unknown) => typeof value === 'string' || isWhole(value)],
  [GraphQLInt.name, isWhole],
  [GraphQLFloat.name, (value: unknown) => typeof value === 'number' && Number.isFinite(value)],
  [GraphQLBoolean.name, (value: unknown) => typeof value === 'boolean'],
]);

/**
 * Compiles the selection of an operation whose conditions are decided: what to read from merged data, in which order, under which type.
 * Types that data names are compiled when they come the first time. Throws `Unusual` for what only the interpreter gets right.
 */
export function compileProjection(
  schema: GraphQLSchema,
  root: GraphQLCompositeType,
  selections: Selections,
): Projection {
  return objectOf(schema, root, [selections]);
}

function completeOf(schema: GraphQLSchema, type: GraphQLOutputType, selections: readonly Selections[]): Complete {
  if (isNonNullType(type)) {
    const complete = completeOf(schema, type.ofType, selections);
    return (value, forgiving) => {
      const completed = complete(value, forgiving);
      if (completed !== null) return completed;
      if (!forgiving) throw new Unusual('a null where none may be');
      return misfit;
    };
  }
  if (isListType(type)) return listOf(completeOf(schema, type.ofType, selections));
  if (isCompositeType(type)) {
    const complete = objectOf(schema, type, selections);
    return (value, forgiving) => {
      if (value === null || value === undefined) return null;
      if (typeof value !== 'object' || Array.isArray(value)) throw new Unusual('something else than an object');
      return complete(value as JsonObject, forgiving);
    };
  }
  return leafOf(
    isEnumType(type) ? (value) => isEnumValue(type.getValue(String(value)), value) : builtIn.get(type.name),
  );
}

const isEnumValue = (known: unknown, value: unknown): boolean => typeof value === 'string' && Boolean(known);

function leafOf(isValid: ((value: unknown) => boolean) | undefined): Complete {
  if (isValid === undefined) return (value) => value ?? null;
  return (value, forgiving) => {
    if (value === null || value === undefined) return null;
    if (isValid(value)) return value;
    if (!forgiving) throw new Unusual('a value of another type');
    return null;
  };
}

function listOf(complete: Complete): Complete {
  return (values, forgiving) => {
    if (values === null || values === undefined) return null;
    if (!Array.isArray(values)) throw new Unusual('something else than a list');
    let completed: unknown[] | null = null;
    let fits = true;
    for (let index = 0; index < values.length; index += 1) {
      const each = complete(values[index] ?? null, forgiving);
      if (each === misfit) fits = false;
      if (each !== values[index]) completed ??= values.slice(0, index);
      completed?.push(each);
    }
    return fits ? (completed ?? values) : null;
  };
}

/** Objects of one declared type. Which of its fragments apply is known once the data says what it really is. */
function objectOf(
  schema: GraphQLSchema,
  declared: GraphQLCompositeType,
  selections: readonly Selections[],
): CompleteObject {
  const byType = new Map<unknown, CompleteObject>();
  return (value, forgiving) => {
    const typename = value['__typename'];
    let complete = byType.get(typename);
    if (complete === undefined) {
      complete = fieldsOf(schema, declared, typename, selections);
      byType.set(typename, complete);
    }
    return complete(value, forgiving);
  };
}

interface ReadField {
  readonly name: string;
  /** Whether every object inherits something of that name. */
  readonly inherited: boolean;
  readonly complete: Complete | null;
  /** For `__typename`, where it stands: the type to fall back on. */
  readonly parent: GraphQLCompositeType;
}

function fieldsOf(
  schema: GraphQLSchema,
  declared: GraphQLCompositeType,
  typename: unknown,
  selections: readonly Selections[],
): CompleteObject {
  const actual = typename === undefined ? declared : typeNamed(schema, typename);
  if (!isCompositeType(actual)) throw new Unusual('a type that the schema does not have');
  const known = typename === undefined ? null : actual;
  const collected = collectFields(schema, selections, declared, known);
  const fields = collected.map((field) => readFieldOf(schema, field));
  const repeats = selections.length > 1 || collected.some((field) => field.selections.length > 1);
  // Apollo visits a repeated field once for each time it is selected: what it meets before it gives up depends on the order.
  const giveUp = (): null => {
    if (repeats) throw new Unusual('a null where none may be, among repeated fields');
    return null;
  };

  const firstOf = (value: JsonObject, count: number): JsonObject => {
    const first: JsonObject = {};
    for (let index = 0; index < count; index += 1) {
      const { name } = fields[index] as ReadField;
      first[name] = value[name];
    }
    return first;
  };

  /** `misfit` where no type of objects is named that the schema has. */
  function complete({ complete: completeValue, parent }: ReadField, read: unknown, forgiving: boolean): unknown {
    if (completeValue !== null) return completeValue(read, forgiving);
    const type = typeNamed(schema, read ?? typename) ?? parent;
    return isObjectType(type) ? type.name : misfit;
  }

  return (value, forgiving) => {
    let result: JsonObject | null = null;
    let next = 0;
    // Most objects have what the client asked for in its order, and nothing else: they need no copy.
    for (const name in value) {
      const field = fields[next];
      if (field?.name !== name) {
        result = firstOf(value, next);
        break;
      }
      const completed = complete(field, value[name], forgiving);
      if (completed === misfit) return giveUp();
      next += 1;
      if (completed === value[name]) continue;
      result = firstOf(value, next - 1);
      result[name] = completed;
      break;
    }
    if (result === null) {
      if (next === fields.length) return value;
      result = firstOf(value, next);
    }
    for (; next < fields.length; next += 1) {
      const field = fields[next] as ReadField;
      const { name, inherited } = field;
      const completed = complete(field, inherited ? own(value, name) : value[name], forgiving);
      if (completed === misfit) return giveUp();
      result[name] = completed;
    }
    return result;
  };
}

function typeNamed(schema: GraphQLSchema, name: unknown): GraphQLNamedType | undefined {
  return typeof name === 'string' ? schema.getType(name) : undefined;
}

function readFieldOf(schema: GraphQLSchema, { name, type, selections, parent }: CollectedField): ReadField {
  const complete = type === null ? null : completeOf(schema, type, selections);
  return { name, inherited: inheritedNames.has(name), complete, parent };
}
