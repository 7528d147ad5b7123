import type { Model, QueryFilter } from 'mongoose';
import type { Session } from './transaction.ts';
import { trusted } from './trusted.ts';

/** Rows by their ids; one that isn't there is missing. With a session they are what its transaction sees. One query. */
export async function rowsById<Row extends { _id: string }>(
  model: Model<Row>,
  ids: readonly string[],
  session: Session | null = null,
): Promise<Map<string, Row>> {
  const wanted = { _id: trusted({ $in: ids }) } as QueryFilter<Row>;
  const rows = await model.find(wanted).session(session).lean<Row[]>().exec();
  return new Map(rows.map((row) => [row._id, row]));
}
