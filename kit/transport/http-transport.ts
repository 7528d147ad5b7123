import { Pool } from 'undici';
import { z } from 'zod';
import type { Clock } from '#kit/clock/clock.ts';
import type { SubgraphName } from '#kit/events/events.ts';
import { withinDeadline } from './deadline.ts';
import { NeighbourError } from './neighbour-error.ts';
import { signCall, viewerHeader } from './signature.ts';
import { callTimeoutMs, type Call, type CallPath, type Transport } from './call.ts';

interface HttpOptions {
  /** Where each neighbour listens, for example `{ order: 'http://order:4002' }`. */
  readonly urls: Partial<Record<SubgraphName, string>>;
  /** The secret that signs; receivers may know an older one beside it. */
  readonly secret: string;
  readonly clock: Clock;
  readonly timeoutMs?: number;
  /** Open connections per neighbour. */
  readonly connections?: number;
}

const refusalSchema = z.object({
  error: z.object({
    code: z.string(),
    message: z.string(),
    retryAfterMs: z.number().nullish(),
  }),
});

/** Faults where nothing reached the neighbour: any call may be sent again. */
const neverSent = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'UND_ERR_CONNECT_TIMEOUT']);
/** Faults where the neighbour may have done the work: only a repeatable call may be sent again. */
const perhapsSent = new Set(['ECONNRESET', 'EPIPE', 'UND_ERR_SOCKET']);

/** Calls between services over HTTP with kept-alive connections, each signed anew. */
export function httpTransport({
  urls,
  secret,
  clock,
  timeoutMs = callTimeoutMs,
  connections = 64,
}: HttpOptions): Transport {
  const pools = new Map<SubgraphName, Pool>();
  for (const [name, url] of Object.entries(urls)) {
    pools.set(
      name as SubgraphName,
      new Pool(new URL(url).origin, { connections, pipelining: 1, connectTimeout: 1000, keepAliveTimeout: 30_000 }),
    );
  }

  async function send(pool: Pool, target: SubgraphName, path: CallPath, body: string, call: Call, signal: AbortSignal) {
    const { viewer, requestId } = call;
    const header = signCall({ secret, target: `${target}${path}`, viewer, requestId, body, now: clock.now() });
    const response = await pool.request({
      method: 'POST',
      path,
      body,
      headers: { 'content-type': 'application/json', [viewerHeader]: header },
      signal,
    });
    return answerOf(target, response.statusCode, await response.body.text());
  }

  return {
    async call(target, path, body, call) {
      const pool = pools.get(target);
      if (!pool) throw new NeighbourError('UNAVAILABLE', target, 'its address is not configured');
      const text = JSON.stringify(body ?? null);
      return withinDeadline(target, timeoutMs, call, async (signal) => {
        try {
          return await send(pool, target, path, text, call, signal);
        } catch (error) {
          if (error instanceof NeighbourError) throw error;
          const again = neverSent.has(codeOf(error)) || (call.repeatable === true && perhapsSent.has(codeOf(error)));
          if (!again || signal.aborted) throw unavailable(target, error);
        }
        return send(pool, target, path, text, call, signal).catch((error: unknown) => {
          throw error instanceof NeighbourError ? error : unavailable(target, error);
        });
      });
    },
    async close() {
      await Promise.all([...pools.values()].map((pool) => pool.close()));
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

function codeOf(error: unknown): string {
  return typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : '';
}

function unavailable(target: SubgraphName, error: unknown): NeighbourError {
  return new NeighbourError('UNAVAILABLE', target, `no connection (${codeOf(error) || 'unknown fault'})`, {
    cause: error,
  });
}
