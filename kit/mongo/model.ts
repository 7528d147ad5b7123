import mongoose from 'mongoose';
import type { Connection, Model, mongo, Schema, SchemaDefinition } from 'mongoose';
import { declareIndexes, type IndexSpec } from './indexes.ts';

/** Where a model's documents are, and how they are found. */
export interface ModelPlace {
  readonly collection: string;
  readonly indexes?: readonly IndexSpec[];
}

const schemaOptions = {
  strict: 'throw',
  strictQuery: 'throw',
  versionKey: false,
  minimize: false,
  autoIndex: false,
  autoCreate: false,
  // Also keeps mongoose from giving every element of an array an id of its own.
  _id: false,
  id: false,
} as const;

/**
 * Defines a model whose `_id` is a string of ours (`newId`), and remembers its indexes for `ensureIndexes`.
 * `T` is the stored document; queries read it with `.lean<T>()` and always end in `.exec()`.
 *
 * The definition is a plain object with an `_id: { type: String, required: true }`, or a Schema (then give it and the
 * schemas inside it `{ _id: false }` yourself). Set for all: a field outside the definition throws, in documents, updates
 * **and filters** (a mistyped filter field must not select everything); no `__v`; empty objects are kept; arrays' elements
 * get no id.
 *
 * ## Filters
 * Filters are sanitised, on every connection that has a model defined here: an object with an operator that stands as a
 * field's value is compared as a value (`{ $eq: … }`), so that input can never smuggle one in. Therefore our own operators are
 * marked, one field at a time:
 * ```ts
 * model.find({ status: 'PAID', paidAt: trusted({ $gte: from, $lt: to }), _id: trusted({ $in: ids }) })
 * model.find({ $or: [{ total: trusted({ $lt: 5 }) }, { total: 5, _id: trusted({ $gt: last }) }] })   // marks inside $or/$and/$nor
 * model.find({ lines: trusted({ $elemMatch: { skuId, quantity: trusted({ $gt: 0 }) } }) })
 * model.updateOne({ _id, $expr: trustedExpression({ $lt: ['$used', '$limit'] }) }, { $inc: { used: 1 } })
 * ```
 * A forgotten mark finds nothing or throws a CastError: the first test shows it. `$expr`, `$where`, `$text` and `$jsonSchema`
 * without a mark throw. The chained forms (`.where('total').gte(5)`) are treated alike, so don't use them. An array as a value does not mean `$in`.
 * **Not** sanitised: updates, `aggregate()` and the filters in `bulkWrite()`. Values from outside go in there only as
 * strings, numbers and dates that a scalar or zod has checked, and in expressions inside `{ $literal: … }`.
 */
export function defineModel<T>(
  connection: Connection,
  name: string,
  definition: SchemaDefinition | Schema<T>,
  place: ModelPlace,
): Model<T> {
  const schema = schemaOf<T>(definition);
  connection.set('sanitizeFilter', true);
  declareIndexes(connection, place.collection, place.indexes ?? []);
  return connection.model<T>(name, schema, place.collection);
}

function schemaOf<T>(definition: SchemaDefinition | Schema<T>): Schema<T> {
  if (!(definition instanceof mongoose.Schema)) {
    return new mongoose.Schema(definition, schemaOptions) as unknown as Schema<T>;
  }
  const { _id, ...options } = schemaOptions;
  for (const [option, value] of Object.entries(options)) definition.set(option as keyof typeof options, value as never);
  return definition as Schema<T>;
}

/**
 * A collection without mongoose's documents, for the kit's own rows: the driver's collection, reached by calling the result
 * (the connection may still be opening when it is defined). Nothing is cast or sanitised: values must be ours.
 */
export function defineCollection<Row extends { _id: string }>(
  connection: Connection,
  name: string,
  indexes: readonly IndexSpec[] = [],
): () => mongo.Collection<Row> {
  declareIndexes(connection, name, indexes);
  return () => collectionOf<Row>(connection, name);
}

/** A collection that is defined elsewhere, for work that goes over collections of any owner. The same is true of its values. */
export function collectionOf<Row extends { _id: string }>(connection: Connection, name: string): mongo.Collection<Row> {
  const client = connection.getClient();
  const known = collections.get(client) ?? new Map<string, mongo.Collection>();
  collections.set(client, known);
  const place = `${connection.name}.${name}`;
  const collection = known.get(place) ?? client.db(connection.name).collection(name);
  known.set(place, collection);
  return collection as unknown as mongo.Collection<Row>;
}

/** By client and full name: whenever a driver's database is made, it copies all options of its client. */
const collections = new WeakMap<mongo.MongoClient, Map<string, mongo.Collection>>();
