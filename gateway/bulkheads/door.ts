import { busy } from '#kit/graphql/errors.ts';
import { RequestRefused } from '../server/caller.ts';

/** How many requests are answered at the same time. */
export interface DoorLimits {
  readonly requests: number;
  /** Of one caller, so that one who sends all at once keeps nobody out. */
  readonly requestsOfOne: number;
}

/** What keeps answers within a second on two processors: more at once would make everybody wait, not answer more. */
export const usualDoor: DoorLimits = { requests: 512, requestsOfOne: 128 };

/** When a caller who was turned away may come again, milliseconds. */
const comeAgainMs = 1000;

/** Lets in as many requests as can be answered in time, and turns the others away at once. */
export interface Door {
  /** Counts a request until the function it gives is called. Throws RequestRefused: 503 when all places are taken, 429 when the caller's are. */
  enter(caller: string): () => void;
}

/** A door that counts who is inside. */
export function createDoor({ requests, requestsOfOne }: DoorLimits): Door {
  const inside = new Map<string, number>();
  let all = 0;
  return {
    enter(caller) {
      const own = inside.get(caller) ?? 0;
      if (all >= requests) throw new RequestRefused(503, busy(comeAgainMs));
      if (own >= requestsOfOne) throw new RequestRefused(429, busy(comeAgainMs));
      all += 1;
      inside.set(caller, own + 1);
      return () => {
        all -= 1;
        const left = (inside.get(caller) ?? 1) - 1;
        if (left === 0) inside.delete(caller);
        else inside.set(caller, left);
      };
    },
  };
}
