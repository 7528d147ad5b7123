import { setImmediate as nextTurn } from 'node:timers/promises';
import { pause as pauseFor } from '#kit/lease/pause.ts';

/** So many are company enough: they wait for nobody. */
const enough = 32;

/** How long those who go together wait for others. */
export interface CompanyWaits {
  /** For each who went last, milliseconds. */
  readonly eachMs: number;
  /** Altogether at most, milliseconds. */
  readonly mostMs: number;
}

/** When those go who go together. */
export interface Company {
  /** Settles when those who wait, so many by now, should go. */
  gathered(waiting: number): Promise<void>;
  /** So many have gone together. */
  went(size: number): void;
}

/**
 * Who was alone last goes at the end of this turn of the event loop, with all who come in it. Where some went together there are others on their way, and these are waited for, the longer the
 * more there were: a command costs much the same for one and for many, and those who have gone together come to their next step together, so that companies grow
 * (`docs/adr/0012…`). Who is alone again waits once, and not any more.
 */
export function createCompany(
  { eachMs, mostMs }: CompanyWaits,
  pause: (ms: number) => Promise<void> = pauseFor,
): Company {
  let last = 1;
  return {
    gathered: (waiting) => (last > 1 && waiting < enough ? pause(Math.min(mostMs, last * eachMs)) : nextTurn()),
    went(size) {
      last = size;
    },
  };
}
