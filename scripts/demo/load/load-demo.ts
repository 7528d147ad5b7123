import type { Logger } from 'pino';
import type { Clock } from '#kit/clock/clock.ts';
import type { Transport } from '#kit/transport/transport.ts';
import { demoPartner } from '../../../gateway/demo/demo-accounts.ts';
import { flashSaleIsOpen } from './load-marketing.ts';
import type { OnProgress } from './progress.ts';
import { shopBehind } from './shop.ts';

/** What the loading needs. */
export interface LoadOptions {
  /** The way to the subgraphs; bulk calls take longer than a shopper's, so its limit should be `loadTimeoutMs`. */
  readonly transport: Transport;
  readonly clock: Clock;
  readonly log: Logger;
  readonly onProgress: OnProgress;
  /** Whether the shop has sold something already: orders, parcels, after-sales. Default true. */
  readonly withPast?: boolean;
}

/** What came of it. */
export interface DemoLoad {
  /** False when everything was there already. */
  readonly loaded: boolean;
  /** With which the demo partner's requests are made. */
  readonly partnerKey: string;
}

/** How long a bulk call may take, milliseconds. */
export const loadTimeoutMs = 30_000;

/**
 * Fills the shop with the demo data, once: what is loaded last, the flash sale, tells that all of it is there. An interrupted load goes on where it
 * was when it is called again: each call of it may be repeated. LoadRefused or NeighbourError when a subgraph doesn't take something.
 */
export async function loadDemo(options: LoadOptions): Promise<DemoLoad> {
  const shop = shopBehind(options.transport);
  const partnerKey = demoPartner.apiKey;
  if (await flashSaleIsOpen(shop)) return { loaded: false, partnerKey };
  // The names' and tables' packages are needed once in the life of an installation: a warm start shouldn't pay for them.
  const { loadEverything } = await import('./load-everything.ts');
  await loadEverything(shop, options);
  return { loaded: true, partnerKey };
}
