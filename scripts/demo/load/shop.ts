import { logisticsOperations } from '#kit/neighbours/logistics.ts';
import { memberOperations } from '#kit/neighbours/member.ts';
import { orderOperations } from '#kit/neighbours/order.ts';
import { productOperations } from '#kit/neighbours/product.ts';
import type { SubgraphName } from '#kit/events/events.ts';
import { type Neighbour, neighbourOf } from '#kit/transport/neighbours.ts';
import type { Call, Transport } from '#kit/transport/transport.ts';
import { type Locale, systemViewer, type Viewer } from '#kit/viewer/viewer.ts';

/** The subgraphs as the loader sees them. */
export interface Shop {
  readonly product: Neighbour<typeof productOperations>;
  readonly member: Neighbour<typeof memberOperations>;
  readonly order: Neighbour<typeof orderOperations>;
  readonly logistics: Neighbour<typeof logisticsOperations>;
  /** On our own behalf, with every scope. */
  readonly call: Call;
  /** Asks one subgraph a GraphQL document; on our own behalf unless a viewer is given. LoadRefused when it answers with errors. */
  ask<Data>(target: SubgraphName, query: string, variables: object, viewer?: Viewer): Promise<Data>;
}

/** A subgraph didn't take what it was given: the demo data and its rules don't fit. */
export class LoadRefused extends Error {
  override readonly name = 'LoadRefused';
}

const requestId = 'demo-data';

/** The doors of the subgraphs behind a transport. */
export function shopBehind(transport: Transport): Shop {
  const call = { viewer: systemViewer('demo-data'), requestId };
  return {
    product: neighbourOf(productOperations, transport),
    member: neighbourOf(memberOperations, transport),
    order: neighbourOf(orderOperations, transport),
    logistics: neighbourOf(logisticsOperations, transport),
    call,
    async ask<Data>(target: SubgraphName, query: string, variables: object, viewer = call.viewer) {
      const answer = await transport.call(target, '/graphql', { query, variables }, { viewer, requestId });
      const { data, errors } = answer as { data?: Data | null; errors?: readonly { message: string }[] };
      if (data == null || errors) throw new LoadRefused(`${target}: ${errors?.[0]?.message ?? 'no data'}`);
      return data;
    },
  };
}

/** A member of the demo shop who acts for themselves. */
export function memberViewer(memberId: string, channel: string, locale: Locale = 'zh-CN'): Viewer {
  return { ...systemViewer('', { channel, locale }), kind: 'MEMBER', id: memberId, tierLevel: 0 };
}

/** The value of an outcome. LoadRefused, with the first refusal in words, when there is none. */
export function valueOf<T>(
  what: string,
  outcome:
    | { readonly ok: true; readonly value: T }
    | {
        readonly ok: false;
        readonly refusals: readonly { readonly code: string; readonly path?: readonly string[] }[];
      },
): T {
  if (outcome.ok) return outcome.value;
  const [first] = outcome.refusals;
  throw new LoadRefused(`${what}: ${first?.code ?? 'refused'} at ${first?.path?.join('.') ?? 'the whole'}`);
}

/** A payload as every mutation answers it. */
export interface Payload {
  readonly userErrors: readonly {
    readonly code: string;
    readonly message: string;
    readonly path: readonly string[] | null;
  }[];
}

/** The payload, once it is clear that nothing was refused. LoadRefused otherwise. */
export function taken<P extends Payload>(what: string, payload: P): P {
  const [first] = payload.userErrors;
  if (first)
    throw new LoadRefused(`${what}: ${first.message} (${first.code} at ${first.path?.join('.') ?? 'the whole'})`);
  return payload;
}

/** Parts of at most `size`, in order. */
export function partsOf<T>(items: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, index) =>
    items.slice(index * size, (index + 1) * size),
  );
}

/** What a map has for a key that was put there before. */
export function found<K, V>(things: ReadonlyMap<K, V>, key: K): V {
  const thing = things.get(key);
  if (thing === undefined) throw new LoadRefused(`${String(key)} was not loaded`);
  return thing;
}

/** Does several things at once; when one fails, it is told only after the others have come to their end. */
export async function together<T extends readonly unknown[]>(tasks: readonly [...{ [K in keyof T]: Promise<T[K]> }]) {
  await Promise.allSettled(tasks);
  return (await Promise.all(tasks)) as unknown as T;
}
