import { createHash } from 'node:crypto';
import { stableJson } from '#kit/idempotency/stable-json.ts';
import type { Viewer } from '#kit/viewer/viewer.ts';

/**
 * How an action ended. `REFUSED`: nothing was changed. `UNKNOWN`: it failed half-way, or its process died before it could say; what became of it is seen at
 * the subjects.
 */
export const auditOutcomes = ['DONE', 'REFUSED', 'UNKNOWN'] as const;
export type AuditOutcome = (typeof auditOutcomes)[number];

/** Who acted. Ids only: whose they are is asked of their owner. */
export interface AuditActor {
  readonly kind: Viewer['kind'];
  readonly id: string | null;
  readonly sessionId: string | null;
  readonly channel: string;
}

/** What somebody is about to do. */
export interface StartedAction {
  readonly actor: AuditActor;
  /** The mutation's name; for what no mutation did, the fact's: `payment.settled`. */
  readonly action: string;
  /** Ids, amounts, counts, choices and instants of the input, in its shape; no text that a person wrote. Only what JSON can hold. */
  readonly facts: Readonly<Record<string, unknown>>;
  /** Ids of what it is about. */
  readonly subjects: readonly string[];
  readonly requestId: string;
}

/** How it ended. */
export interface EndedAction {
  readonly outcome: AuditOutcome;
  /** Codes of the refusals or of the error. */
  readonly reasons: readonly string[];
  /** Ids of what came of it. */
  readonly subjects: readonly string[];
}

/** An entry as it is stored. */
export interface AuditRow extends StartedAction, EndedAction {
  _id: string;
  at: Date;
  /** Present until the entry has its place in the chain. */
  pending?: true;
  /** Whether the action has said how it ended; present as long as `pending`. */
  ended?: boolean;
  /** The place in the chain, from 1. */
  sequence?: number;
  /** The hash of the entry before; `firstLink` for the first. */
  previous?: string;
  /** Of everything above. */
  hash?: string;
}

/** What stands before the first entry. */
export const firstLink = '0'.repeat(64);

/** The hash of an entry at its place: SHA-256, in hexadecimal, of its content and the hash before as JSON with sorted keys. */
export function hashOf(stream: string, sequence: number, previous: string, row: AuditRow): string {
  const { _id, at, actor, action, facts, subjects, requestId, outcome, reasons } = row;
  const content = { stream, sequence, previous, _id, at, actor, action, facts, subjects, requestId, outcome, reasons };
  return createHash('sha256').update(stableJson(content)).digest('hex');
}

/** The viewer as an actor. */
export function actorOf({ kind, id, sessionId, channel }: Viewer): AuditActor {
  return { kind, id, sessionId, channel };
}
