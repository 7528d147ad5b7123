import { busy } from '#kit/graphql/errors.ts';
import { RequestRefused } from '../server/caller.ts';
import { Line, type Waiting } from './line.ts';
import { createPlaces, type PlaceLimits } from './places.ts';

/** How many requests are answered at the same time. */
export interface DoorLimits extends PlaceLimits {
  /** Of one caller, so that one who sends all at once keeps nobody out. */
  readonly ofOne: number;
  /** How long a request waits for a place before it is turned away, milliseconds. */
  readonly waitMs: number;
}

/** What was measured on two processors: below 300 ms more at once are answered faster together, beyond a second they only wait for each other. */
export const usualDoor: DoorLimits = {
  first: 64,
  least: 32,
  most: 512,
  quickMs: 300,
  slowMs: 1_000,
  ofOne: 128,
  waitMs: 40,
};

/** When a caller who was turned away may come again, milliseconds. */
const comeAgainMs = 1000;

/** Lets in as many requests as can be answered in time, and turns the others away soon. */
export interface Door {
  /**
   * Counts a request until the function it gives is called; waits a moment when all places are taken. Throws RequestRefused: 429 for a caller who asks for more than a
   * fair share of the places, or than one may have, 503 for anybody else whom there is no place for.
   */
  enter(caller: string): (() => void) | Promise<() => void>;
}

/**
 * A door whose number of places follows how fast answers are. A place that becomes free is given to the one in line whose caller asks for the least, and a line that is full
 * loses the one whose caller asks for the most: nobody gets in sooner by knocking more often.
 */
export function createDoor(limits: DoorLimits, now: () => number = () => performance.now()): Door {
  const { ofOne, waitMs } = limits;
  const places = createPlaces(limits);
  const line = new Line();
  /** Requests of each caller, inside or in line. */
  const asks = new Map<string, number>();
  const asked = (caller: string) => asks.get(caller) ?? 0;

  function forget(caller: string): void {
    const left = asked(caller) - 1;
    if (left === 0) asks.delete(caller);
    else asks.set(caller, left);
  }

  function letIn(caller: string): () => void {
    const leave = places.take(now());
    return () => {
      leave(now());
      forget(caller);
      for (let next = line.mostModest(asked); next !== null && places.isFree(); next = line.mostModest(asked)) {
        line.remove(next);
        next.enter(letIn(next.caller));
      }
    };
  }

  /** For somebody who is counted already. */
  function refusalOf(caller: string): RequestRefused {
    // Whoever asks for one thing at a time doesn't ask for too much, however many others do.
    const fairShare = Math.max(1, places.count() / asks.size);
    return asked(caller) > fairShare ? tooMany() : new RequestRefused(503, busy(comeAgainMs));
  }

  function waitInLine(caller: string): Promise<() => void> {
    return new Promise((resolve, reject) => {
      const waiting: Waiting = {
        caller,
        enter(leave) {
          clearTimeout(timer);
          resolve(leave);
        },
        refuse(refusal) {
          clearTimeout(timer);
          line.remove(waiting);
          forget(caller);
          reject(refusal);
        },
      };
      const timer = setTimeout(() => waiting.refuse(refusalOf(caller)), waitMs);
      line.put(waiting);
    });
  }

  return {
    enter(caller) {
      if (asked(caller) >= ofOne) throw tooMany();
      asks.set(caller, asked(caller) + 1);
      if (places.isFree() && line.length === 0) return letIn(caller);
      places.look(now());
      const arrival = waitInLine(caller);
      if (line.length > limits.most) {
        const greediest = line.greediest(asked);
        greediest?.refuse(refusalOf(greediest.caller));
      }
      return arrival;
    },
  };
}

const tooMany = () => new RequestRefused(429, busy(comeAgainMs));
