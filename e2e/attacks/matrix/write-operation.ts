import {
  getNamedType,
  getNullableType,
  type GraphQLArgument,
  type GraphQLField,
  type GraphQLInputField,
  type GraphQLInputType,
  type GraphQLNamedType,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isLeafType,
  isListType,
  isObjectType,
  isRequiredArgument,
  isRequiredInputField,
} from 'graphql';

type Input = GraphQLArgument | GraphQLInputField;
type Values = Readonly<Record<string, unknown>>;

/** Every place below a field where an input of this type is given, as a path: `input.lines.skuId`. */
export function inputPaths(field: GraphQLField<unknown, unknown>, typeName: string): string[] {
  const found: string[] = [];
  const enter = (inputs: readonly Input[], before: string, seen: readonly GraphQLNamedType[]): void => {
    for (const input of inputs) {
      const path = before === '' ? input.name : `${before}.${input.name}`;
      const type = getNamedType(input.type);
      if (type.name === typeName) found.push(path);
      if (isInputObjectType(type) && !seen.includes(type))
        enter(Object.values(type.getFields()), path, [...seen, type]);
    }
  };
  enter(field.args, '', []);
  return found;
}

/**
 * An operation of one root field with variables: everything it requires, and what `values` gives by path. Required inputs that are not given get something
 * harmless of their type. Asks for every field so many levels down.
 */
export function writeOperation(
  kind: 'query' | 'mutation',
  field: GraphQLField<unknown, unknown>,
  values: Values,
  levels = 1,
): { readonly query: string; readonly variables: Values } {
  const given = field.args.filter((argument) => isRequiredArgument(argument) || isGiven(argument.name, values));
  const variables = Object.fromEntries(given.map(({ name, type }) => [name, valueOf(type, name, name, values)]));
  const declared = given.map(({ name, type }) => `$${name}: ${String(type)}`).join(', ');
  const passed = given.map(({ name }) => `${name}: $${name}`).join(', ');
  const call = given.length > 0 ? `${field.name}(${passed})` : field.name;
  const query = `${kind}${given.length > 0 ? ` (${declared})` : ''} { ${call}${selectionOf(getNamedType(field.type), levels)} }`;
  return { query, variables };
}

function isGiven(path: string, values: Values): boolean {
  return Object.keys(values).some((name) => name === path || name.startsWith(`${path}.`));
}

function valueOf(type: GraphQLInputType, name: string, path: string, values: Values): unknown {
  if (path in values) return isListType(getNullableType(type)) ? [values[path]].flat() : values[path];
  const named = getNamedType(type);
  const one = isInputObjectType(named)
    ? Object.fromEntries(
        Object.values(named.getFields())
          .filter((field) => isRequiredInputField(field) || isGiven(`${path}.${field.name}`, values))
          .map((field) => [field.name, valueOf(field.type, field.name, `${path}.${field.name}`, values)]),
      )
    : isEnumType(named)
      ? named.getValues()[0]?.name
      : plainValue(named.name, name);
  return isListType(getNullableType(type)) ? [one] : one;
}

function plainValue(type: string, name: string): unknown {
  if (type === 'Int' || type === 'Float') return 1;
  if (type === 'Boolean') return true;
  if (type === 'Decimal') return '1.00';
  if (type === 'CurrencyCode') return 'CNY';
  if (type === 'DateTime') return '2030-01-01T00:00:00Z';
  if (name === 'idempotencyKey') return `key-${Math.random().toString(36).slice(2)}`;
  // Nobody's tries count against somebody else's.
  if (name === 'identifier') return `nobody-${Math.random().toString(36).slice(2)}@example.com`;
  if (name === 'phone') return '13800138000';
  if (name === 'region' || name === 'city') return '上海市';
  return 'anything-0815';
}

/** Every field that needs no argument, so many levels down. */
function selectionOf(type: GraphQLNamedType, levels: number): string {
  if (isLeafType(type)) return '';
  if (!isObjectType(type) && !isInterfaceType(type)) return ' { __typename }';
  const fields = Object.values(type.getFields()).filter((field) => !field.args.some(isRequiredArgument));
  const selected = fields.flatMap((field) => {
    const inside = getNamedType(field.type);
    if (isLeafType(inside)) return [field.name];
    return levels > 1 ? [`${field.name}${selectionOf(inside, levels - 1)}`] : [];
  });
  return ` { ${['__typename', ...selected].join(' ')} }`;
}
