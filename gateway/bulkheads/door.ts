import { busy } from '#kit/graphql/errors.ts';
import { RequestRefused } from '../server/caller.ts';
import { Line, type Waiting } from './line.ts';
import { createPlaces, type PlaceLimits } from './places.ts';

/** How many requests are answered at the same time. */
export interface DoorLimits extends PlaceLimits {
  /** Of one caller, so that one who sends all at once keeps nobody out. */
  readonly ofOne: number;
  /** Places that every caller may have when there are few left, as a page does that asks for several things at once. */
  readonly fewForOne: number;
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
  fewForOne: 4,
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

/** What a caller is at, in requests. */
interface Asking {
  /** Inside or in line. */
  asked: number;
  inside: number;
}

/**
 * A door whose number of places follows how fast answers are. Once half of them are taken nobody gets more than a fair share, however many are free; a place is given to the one in line who
 * has the fewest, and a line that is full loses the one whose caller asks for the most: nobody gets in sooner by knocking more often.
 */
export function createDoor(limits: DoorLimits, now: () => number = () => performance.now()): Door {
  const { ofOne, fewForOne, waitMs } = limits;
  const places = createPlaces(limits);
  const line = new Line();
  const callers = new Map<string, Asking>();
  const asked = (caller: string) => callers.get(caller)?.asked ?? 0;
  const inside = (caller: string) => callers.get(caller)?.inside ?? 0;
  const fairShare = () => Math.max(fewForOne, places.count() / callers.size);
  const mayEnter = (caller: string) => places.isFree() && (places.areMany() || inside(caller) < fairShare());

  function arrive(caller: string): void {
    const known = callers.get(caller);
    if (known) known.asked += 1;
    else callers.set(caller, { asked: 1, inside: 0 });
  }

  function forget(caller: string): void {
    const known = callers.get(caller);
    if (known === undefined) return;
    known.asked -= 1;
    if (known.asked === 0) callers.delete(caller);
  }

  function letIn(caller: string): () => void {
    const leave = places.take(now());
    const known = callers.get(caller);
    if (known) known.inside += 1;
    return () => {
      leave(now());
      if (known) known.inside -= 1;
      forget(caller);
      for (let next = line.mostModest(inside); next !== null && mayEnter(next.caller); next = line.mostModest(inside)) {
        line.remove(next);
        next.enter(letIn(next.caller));
      }
    };
  }

  /** For somebody who is counted already. */
  function refusalOf(caller: string): RequestRefused {
    return asked(caller) > fairShare() ? tooMany() : new RequestRefused(503, busy(comeAgainMs));
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
      arrive(caller);
      // Who is in line and could get in has been let in: those who are left have their share.
      if (mayEnter(caller)) return letIn(caller);
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
