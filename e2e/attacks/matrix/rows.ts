import type { GraphQLField } from 'graphql';
import { schemaFor } from './public-schema.ts';
import { notToBeHad, type Things } from './things.ts';
import { type Owned, whatIdsName } from './what-ids-name.ts';
import { inputPaths, writeOperation } from './write-operation.ts';

/** An input of a root field that names something. */
export interface MatrixRow {
  /** Coordinate and path, as `whatIdsName` has it. */
  readonly row: string;
  readonly coordinate: string;
  readonly field: GraphQLField<unknown, unknown>;
  readonly path: string;
}

/** Inputs that name something without being of the type ID. */
const namesInText = [
  'Query.orderByNumber number',
  'Query.shipment trackingNumber',
  'Mutation.recordTrackingEvent input.trackingNumber',
];

const schema = schemaFor('PARTNER');
const fields = [schema.getQueryType(), schema.getMutationType()].flatMap((type) =>
  Object.values(type?.getFields() ?? {}).map((field) => ({ coordinate: `${type?.name}.${field.name}`, field })),
);

/** Every input of the graph that names something, as partners see it: they see whatever shoppers do. */
export const rows: readonly MatrixRow[] = fields.flatMap(({ coordinate, field }) => [
  ...inputPaths(field, 'ID').map((path) => ({ row: `${coordinate} ${path}`, coordinate, field, path })),
  ...namesInText
    .filter((row) => row.startsWith(`${coordinate} `))
    .map((row) => ({ row, coordinate, field, path: row.slice(coordinate.length + 1) })),
]);

/** Those that name what belongs to somebody, as far as it can be had. */
export const ownedRows = rows.filter(
  ({ row }) =>
    !['everybody', 'nobody', undefined].includes(whatIdsName[row]) && !notToBeHad.has(whatIdsName[row] ?? ''),
);

/** The operation that names these things there, to buy a SKU where something is bought, and asks for every field two levels down. */
export function operationOf({ coordinate, field, path }: MatrixRow, named: Things, skuId?: string) {
  const kind = coordinate.startsWith('Query') ? 'query' : 'mutation';
  return writeOperation(kind, field, valuesOf(coordinate, path, named, skuId), 2);
}

/** All ids that a field takes, those of `things`. */
function valuesOf(coordinate: string, path: string, things: Things, skuId?: string): Record<string, string> {
  const kind = whatIdsName[`${coordinate} ${path}`] as Owned;
  const together: Record<string, string> = { [path]: things[kind] };
  // Nobody looks at the coupon or the address of who buys nothing.
  const buys = (kind === 'coupon' || kind === 'address') && `${coordinate} input.lines.skuId` in whatIdsName;
  if (buys && skuId !== undefined) together['input.lines.skuId'] = skuId;
  // A line is looked for inside its order or cart: both are the owner's then.
  for (const other of rows.filter((row) => row.coordinate === coordinate && row.path !== path)) {
    const named = whatIdsName[other.row];
    if (kind === 'cartLine' && named === 'cart') together[other.path] = things.cart;
    if (kind === 'orderLine' && named === 'order') together[other.path] = things.order;
  }
  return together;
}
