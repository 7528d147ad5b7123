import { TraceFlags } from '@opentelemetry/api';
import type { ClientSession, Connection, mongo } from 'mongoose';
import {
  subscribersOf as concernedBy,
  type DomainEvent,
  type EventName,
  type EventPayload,
  type SubgraphName,
} from '#kit/events/events.ts';
import { newId } from '#kit/ids/ids.ts';
import { insertLate } from '#kit/mongo/late-inserts.ts';
import { defineCollection } from '#kit/mongo/model.ts';
import { currentSpan } from '#kit/tracing/current-span.ts';

/** A fact to be told, of any kind. `version` counts the aggregate's own changes: listeners get its events in that order. */
export type NewEvent = {
  [N in EventName]: {
    readonly name: N;
    readonly aggregateId: string;
    readonly version: number;
    /** When it happened. */
    readonly at: Date;
    readonly payload: EventPayload<N>;
  };
}[EventName];

/** An event as it waits in the database of the subgraph that it happened in. */
export interface OutboxRow {
  _id: string;
  name: EventName;
  aggregateId: string;
  version: number;
  at: Date;
  payload: unknown;
  /** Of what it happened in, when that is traced by lot. */
  traceparent?: string;
  /** Who has not confirmed it yet. */
  pendingFor: string[];
  /** Set when nobody is left; the row is removed seven days later. */
  deliveredAt?: Date;
}

/** The events of one subgraph, stored where its state is. */
export interface Outbox {
  readonly source: SubgraphName;
  readonly rows: () => mongo.Collection<OutboxRow>;
  readonly connection: Connection;
  /**
   * Adds events to the caller's transaction: they are told if and only if it commits. They are written at its end, all in one write.
   * The same name, aggregate and version a second time is a duplicate key and ends the transaction.
   */
  append(session: ClientSession, events: readonly NewEvent[]): Promise<void>;
}

/** Whose events they are, and who listens (by default what `kit/events` says). */
export interface OutboxOptions {
  readonly source: SubgraphName;
  readonly subscribersOf?: (event: NewEvent) => readonly SubgraphName[];
}

const sevenDays = 7 * 24 * 3600;

/** Opens the outbox of a subgraph in its own database; call it before `ensureIndexes` or `migrate`. */
export function createOutbox(connection: Connection, options: OutboxOptions): Outbox {
  const { source, subscribersOf = concernedBy } = options;
  const rows = defineCollection<OutboxRow>(connection, 'outbox', [
    { key: { pendingFor: 1, _id: 1 } },
    { key: { aggregateId: 1, version: 1, name: 1 }, unique: true },
    { key: { deliveredAt: 1 }, expireAfterSeconds: sevenDays },
  ]);
  return {
    source,
    rows,
    connection,
    async append(session, events) {
      const stored = events.map((event) => rowOf(event, subscribersOf(event)));
      await insertLate(session, rows(), stored);
    },
  };
}

function rowOf(event: NewEvent, subscribers: readonly string[]): OutboxRow {
  const { name, aggregateId, version, at, payload } = event;
  const row: OutboxRow = {
    _id: newId('event'),
    name,
    aggregateId,
    version,
    at,
    payload,
    ...traced(),
    pendingFor: [...subscribers],
  };
  // Nobody listens: kept for seven days for people who ask what happened.
  return subscribers.length === 0 ? { ...row, deliveredAt: new Date() } : row;
}

function traced(): Pick<OutboxRow, 'traceparent'> {
  const span = currentSpan();
  return span?.context.traceFlags === TraceFlags.SAMPLED ? { traceparent: span.traceparent } : {};
}

/** The event as it travels. */
export function eventOf(row: OutboxRow): DomainEvent {
  const { _id, name, aggregateId, version, at, payload, traceparent } = row;
  const event = { id: _id, name, aggregateId, version, at: at.toISOString() };
  return {
    ...event,
    payload: payload as EventPayload<EventName>,
    ...(traceparent === undefined ? {} : { traceparent }),
  };
}
