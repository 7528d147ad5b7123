import { z } from 'zod';
import type { Clock } from '#kit/clock/clock.ts';
import type { SubgraphName } from '#kit/events/events.ts';
import { ConnectionLost } from './connections.ts';
import { type Deadline, withinDeadline } from './deadline.ts';
import { NeighbourError } from './neighbour-error.ts';
import { type Replica, Replicas } from './replicas.ts';
import { readRightTime } from './right-time.ts';
import { signCall } from './signature.ts';
import { callTimeoutMs, type Call, type CallPath, type Transport } from './call.ts';

interface HttpOptions {
  /** Where each neighbour listens, for example `{ order: 'http://order:4002' }`; several addresses for one that has replicas. */
  readonly urls: Partial<Record<SubgraphName, string | readonly string[]>>;
  /** The secret that signs; receivers may know an older one beside it. */
  readonly secret: string;
  readonly clock: Clock;
  /** Told what time it is by a neighbour that refused a call for its time only; the call is then made again, once. */
  readonly onRightTime?: (at: Date) => void;
  readonly timeoutMs?: number;
  /** Open connections per address. */
  readonly connections?: number;
}

const refusalSchema = z.object({
  error: z.object({
    code: z.string(),
    message: z.string(),
    retryAfterMs: z.number().nullish(),
    rightTime: z.string().optional(),
  }),
});

/**
 * Calls between services over HTTP with kept-alive connections, each signed anew. Calls go to a neighbour's replicas in turn. One that can't be reached is passed
 * over for a while, and the call goes to another one when it surely did nothing, or when it may be repeated.
 */
export function httpTransport({
  urls,
  secret,
  clock,
  onRightTime,
  timeoutMs = callTimeoutMs,
  connections = 64,
}: HttpOptions): Transport {
  const neighbours = new Map<SubgraphName, Replicas>();
  for (const [name, at] of Object.entries(urls)) {
    neighbours.set(name as SubgraphName, new Replicas(typeof at === 'string' ? [at] : at, connections));
  }

  async function send(
    replica: Replica,
    target: SubgraphName,
    path: CallPath,
    body: string,
    call: Call,
    deadline: Deadline,
  ) {
    const { viewer, requestId, clientAddress, span } = call;
    const traceparent = span?.traceparent ?? call.traceparent;
    for (let again = false; ; again = true) {
      const signed = { secret, target: `${target}${path}`, body, now: clock.now() };
      const header = signCall({ ...signed, viewer, requestId, clientAddress });
      const posted = { path, header, traceparent, body };
      const { together } = replica;
      const { status, text } = await (call.repeatable === true
        ? together.send(posted, deadline)
        : together.sendAlone(posted, deadline));
      const rightTime = status === 401 && !again ? rightTimeIn(text, { secret, header }) : null;
      if (rightTime === null || onRightTime === undefined) return answerOf(target, status, text);
      onRightTime(rightTime);
    }
  }

  return {
    async call(target, path, body, call) {
      const replicas = neighbours.get(target);
      if (!replicas) throw new NeighbourError('UNAVAILABLE', target, 'its address is not configured');
      const text = JSON.stringify(body ?? null);
      return withinDeadline(target, timeoutMs, call, async (deadline) => {
        for (let triesLeft = Math.max(2, replicas.count); ; triesLeft -= 1) {
          const replica = replicas.next();
          try {
            return await send(replica, target, path, text, call, deadline);
          } catch (error) {
            const answered = error instanceof NeighbourError && deadline.reason === null;
            if (!answered && call.signal?.aborted !== true) replicas.passOver(replica);
            if (error instanceof NeighbourError) throw error;
            // What may have reached the neighbour may have been done.
            const again = error instanceof ConnectionLost && (!error.wasSent || call.repeatable === true);
            if (!again || deadline.reason !== null || triesLeft === 1) throw unavailable(target, error);
          }
        }
      });
    },
    async close() {
      await Promise.all([...neighbours.values()].map((replicas) => replicas.close()));
    },
  };
}

function answerOf(target: SubgraphName, status: number, text: string): unknown {
  let answer: unknown;
  try {
    answer = JSON.parse(text);
  } catch (error) {
    throw new NeighbourError('UNAVAILABLE', target, `answered ${status} with something that isn't JSON`, {
      cause: error,
    });
  }
  if (status === 200) return answer;
  const refusal = refusalSchema.safeParse(answer);
  if (!refusal.success || status >= 500) throw new NeighbourError('UNAVAILABLE', target, `answered ${status}`);
  const { code, message, retryAfterMs } = refusal.data.error;
  throw new NeighbourError('REFUSED', target, message, { reason: code, retryAfterMs });
}

/** What a refusal says of the time; null for another one, or one that nobody wrote who knows the secret. */
function rightTimeIn(text: string, asked: { readonly secret: string; readonly header: string }): Date | null {
  const { data } = refusalSchema.safeParse(parsed(text));
  return data?.error.rightTime === undefined ? null : readRightTime(data.error.rightTime, asked);
}

/** Null for what isn't JSON. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function codeOf(error: unknown): string {
  return typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : '';
}

function unavailable(target: SubgraphName, error: unknown): NeighbourError {
  return new NeighbourError('UNAVAILABLE', target, `no connection (${codeOf(error) || 'unknown fault'})`, {
    cause: error,
  });
}
