import type { Model, mongo } from 'mongoose';

/**
 * The driver's own collection behind a model, to write many rows at once: mongoose takes longer to cast them than the database to store them.
 * Nothing is cast or sanitised: for rows that rules of ours have made.
 */
export function rowsOf<Row extends { _id: string }>(model: Model<Row>): mongo.Collection<Row> {
  return model.collection as unknown as mongo.Collection<Row>;
}
