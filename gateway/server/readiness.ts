import type { SubgraphName } from '#kit/events/events.ts';
import { NeighbourError, type Transport } from '#kit/transport/transport.ts';
import { systemViewer } from '#kit/viewer/viewer.ts';

/** Asks every subgraph whether it is ready: by name, true when it answers and all it needs is there. */
export function readinessOf(transport: Transport, subgraphs: readonly SubgraphName[]) {
  const call = { viewer: systemViewer('gateway'), requestId: 'readiness', timeoutMs: 900 };
  return async (): Promise<Record<string, boolean>> => {
    const answers = await Promise.all(
      subgraphs.map(async (name) => {
        try {
          const checks = await transport.call(name, '/ready', null, call);
          return [name, Object.values(checks as Record<string, boolean>).every(Boolean)] as const;
        } catch (error) {
          if (error instanceof NeighbourError) return [name, false] as const;
          throw error;
        }
      }),
    );
    return Object.fromEntries(answers);
  };
}
