import type { Clock } from '#kit/clock/clock.ts';
import type { SubgraphName } from '#kit/events/events.ts';
import { withinSpan } from '#kit/tracing/current-span.ts';
import { withinDeadline } from './deadline.ts';
import { NeighbourError } from './neighbour-error.ts';
import { createReplayGuard, signCall, verifyCall } from './signature.ts';
import { callTimeoutMs, type CallTarget, type Transport } from './call.ts';

interface InProcessOptions {
  /** Looked up at each call, because the subgraphs of one process are built one after another. */
  readonly subgraphOf: (name: SubgraphName) => CallTarget | undefined;
  readonly secrets: readonly string[];
  readonly clock: Clock;
  readonly timeoutMs?: number;
}

/**
 * Calls between services of one process. The viewer is signed and verified with the functions that HTTP uses, so that a service
 * can't be reached with less than it asks for; bodies are handed over as objects, which is why the signature covers none.
 */
export function inProcessTransport({
  subgraphOf,
  secrets,
  clock,
  timeoutMs = callTimeoutMs,
}: InProcessOptions): Transport {
  const [secret] = secrets;
  if (secret === undefined) throw new RangeError('a transport needs at least one secret');
  const replays = createReplayGuard();
  return {
    async call(target, path, body, call) {
      const subgraph = subgraphOf(target);
      if (!subgraph) throw new NeighbourError('UNAVAILABLE', target, 'not running in this process');
      const signed = { target: `${target}${path}`, body: '', now: clock.now() };
      const { viewer, requestId, clientAddress, span = null } = call;
      const traceparent = span?.traceparent ?? call.traceparent;
      const header = signCall({ ...signed, secret, viewer, requestId, clientAddress });
      const verified = verifyCall({ ...signed, secrets, header, replays });
      return withinDeadline(target, timeoutMs, call, ({ signal }) =>
        // What the subgraph does is a part of the call.
        withinSpan(span, () => subgraph.call(path, body, { ...verified, traceparent, signal })),
      );
    },
    async close() {},
  };
}
