import type { Logger } from 'pino';
import type { Clock } from '#kit/clock/clock.ts';
import type { Viewer } from '#kit/viewer/viewer.ts';

/** What every resolver of every subgraph has at hand. Each subgraph adds its own actions, loaders and stores. */
export interface BaseContext {
  readonly viewer: Viewer;
  readonly requestId: string;
  /** Whether what shoppers look at may come from memory: for shoppers, and for whoever asks how fresh that is. */
  readonly readsFromMemory: boolean;
  /** Where the client's request came from; absent when that is not known, or of no account. */
  readonly clientAddress?: string | undefined;
  /** Aborted when nobody waits for the answer any more; never while something is changed, which is seen through. */
  readonly signal: AbortSignal;
  /** Writes the request id with every line. */
  readonly log: Logger;
  readonly clock: Clock;
}
