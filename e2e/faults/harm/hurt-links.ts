import { setTimeout as pause } from 'node:timers/promises';
import type { TcpProxy } from '#kit/testing/tcp-proxy.ts';
import { eventually } from '#kit/testing/eventually.ts';
import type { GraphUnderFire, Service } from '../graph-under-fire.ts';
import type { Harm } from '../report.ts';

const harms = {
  'links are cut': (link) => link.silence(),
  'links are reset': (link) => link.reset(),
  'links are 300 ms slower': (link) => link.slow(300),
} as const satisfies Record<string, (link: TcpProxy) => void>;
export type LinkHarm = keyof typeof harms;
export const linkHarms = Object.keys(harms) as readonly LinkHarm[];

const hurtMs = 4_000;
/** In which all is as before once they are whole, milliseconds. */
const promisedMs = 1_000;
const wellWithinMs = 30_000;

/** Hurts all links to a service for a while. Recovered: from when they are whole until the gateway finds everybody ready. */
export async function hurtLinks(graph: GraphUnderFire, service: Service, harm: LinkHarm): Promise<Harm> {
  const links = graph.links.filter((each) => each.service === service);
  for (const { link } of links) harms[harm](link);
  await pause(hurtMs);
  const begunAt = performance.now();
  for (const { link } of links) link.open();
  try {
    await eventually(async () => (await fetch(`${graph.facts.url}/readyz`)).ok, { withinMs: wellWithinMs });
    return { kind: harm, where: service, recoveredMs: performance.now() - begunAt, promisedMs };
  } catch (error) {
    const problem = { kind: 'NOT_WELL', text: `not well again: ${String(error)}` } as const;
    return { kind: harm, where: service, recoveredMs: null, problem };
  }
}
