import mongoose from 'mongoose';

/**
 * Whether the driver gave up waiting for a free connection (`waitQueueTimeoutMS`): the command was never sent. The driver doesn't export the class, so its
 * name tells.
 */
export function isPoolExhausted(error: unknown): boolean {
  return error instanceof mongoose.mongo.MongoDriverError && error.name === 'MongoWaitQueueTimeoutError';
}
