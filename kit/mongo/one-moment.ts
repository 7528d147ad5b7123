import type { ClientSession, Connection, mongo } from 'mongoose';

/** A database as it was at one moment. Reads don't see what is written meanwhile, and stop nobody from writing. */
export interface OneMoment {
  /** All documents of a collection that fit, in the order of `_id`, at most `size` at a time. */
  batches<Row extends { _id: string }>(collection: string, filter?: object, size?: number): AsyncGenerator<Row[]>;
  find<Row>(collection: string, filter: object): Promise<Row[]>;
  aggregate<Row>(collection: string, pipeline: object[]): Promise<Row[]>;
}

/**
 * Reads many collections as they were at one moment. It lasts for as long as the server keeps history, five minutes unless it was set otherwise; each
 * read is a command of its own and should be small. Filters and pipelines are not sanitised: they must be ours.
 */
export async function atOneMoment<T>(connection: Connection, read: (moment: OneMoment) => Promise<T>): Promise<T> {
  const client = connection.getClient();
  const session: ClientSession = client.startSession({ snapshot: true, causalConsistency: false });
  const of = <Row extends object>(name: string): mongo.Collection<Row> =>
    client.db(connection.name).collection<Row>(name);

  async function* batches<Row extends { _id: string }>(collection: string, filter: object = {}, size = 500) {
    let last = '';
    for (;;) {
      const rows = (await of<{ _id: string }>(collection)
        .find({ $and: [filter, { _id: { $gt: last } }] }, { session, sort: { _id: 1 }, limit: size })
        .toArray()) as Row[];
      if (rows.length > 0) yield rows;
      const end = rows.at(-1);
      if (end === undefined || rows.length < size) return;
      last = end._id;
    }
  }

  try {
    return await read({
      batches,
      find: async <Row>(collection: string, filter: object) =>
        (await of(collection).find(filter, { session }).toArray()) as Row[],
      aggregate: async <Row>(collection: string, pipeline: object[]) =>
        (await of(collection).aggregate(pipeline, { session }).toArray()) as Row[],
    });
  } finally {
    await session.endSession();
  }
}
