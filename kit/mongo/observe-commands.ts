import type { mongo } from 'mongoose';

/** One command that the database answered or refused. */
export interface ObservedCommand {
  readonly database: string;
  /** Empty for a command that has no collection, such as a commit. */
  readonly collection: string;
  /** As the wire names it: `find`, `aggregate`, `getMore`, `update`, `commitTransaction` … */
  readonly command: string;
  /** From sending to the answer, milliseconds. */
  readonly ms: number;
  readonly ok: boolean;
}

/** Tells `onCommand` of every command of this client. The client must have been made with `monitorCommands`. */
export function observeCommands(client: mongo.MongoClient, onCommand: (command: ObservedCommand) => void): void {
  const started = new Map<number, { database: string; collection: string }>();
  client.on('commandStarted', ({ requestId, databaseName, commandName, command }) => {
    const named: unknown = commandName === 'getMore' ? command['collection'] : command[commandName];
    started.set(requestId, { database: databaseName, collection: typeof named === 'string' ? named : '' });
  });
  const end = (ok: boolean) => (event: { requestId: number; commandName: string; duration: number }) => {
    const begun = started.get(event.requestId);
    started.delete(event.requestId);
    if (begun !== undefined) onCommand({ ...begun, command: event.commandName, ms: event.duration, ok });
  };
  client.on('commandSucceeded', end(true));
  client.on('commandFailed', end(false));
}
