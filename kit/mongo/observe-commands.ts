import { SpanKind } from '@opentelemetry/api';
import type { mongo } from 'mongoose';
import { currentSpan } from '#kit/tracing/current-span.ts';
import type { Span } from '#kit/tracing/span.ts';

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

/**
 * Tells `onCommand` of every command of this client, and makes each a span of what is being traced: with its collection, and nothing of what is looked for. A
 * write that several callers share is a part of what the first of them does. The client must have been made with `monitorCommands`.
 */
export function observeCommands(client: mongo.MongoClient, onCommand: (command: ObservedCommand) => void): void {
  const started = new Map<number, { database: string; collection: string; span: Span | null }>();
  client.on('commandStarted', ({ requestId, databaseName, commandName, command }) => {
    const named: unknown = commandName === 'getMore' ? command['collection'] : command[commandName];
    const collection = typeof named === 'string' ? named : '';
    started.set(requestId, { database: databaseName, collection, span: spanOf(commandName, collection) });
  });
  const end = (ok: boolean) => (event: { requestId: number; commandName: string; duration: number }) => {
    const begun = started.get(event.requestId);
    started.delete(event.requestId);
    if (begun === undefined) return;
    const { span, ...where } = begun;
    if (!ok) span?.fail();
    span?.end();
    onCommand({ ...where, command: event.commandName, ms: event.duration, ok });
  };
  client.on('commandSucceeded', end(true));
  client.on('commandFailed', end(false));
}

function spanOf(command: string, collection: string): Span | null {
  const span = currentSpan();
  if (span === null) return null;
  return span.child(`${command} ${collection}`.trim(), {
    kind: SpanKind.CLIENT,
    attributes: { 'db.system.name': 'mongodb', 'db.operation.name': command, 'db.collection.name': collection },
  });
}
