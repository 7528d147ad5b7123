import { setTimeout as pause } from 'node:timers/promises';
import { gatherCrowd } from '../../../bench/contention/crowd.ts';
import { aShop } from '../../world/shop.ts';
import type { GraphUnderFire } from '../graph-under-fire.ts';
import { Answers } from './ask-until-answered.ts';
import { stockTheShelves } from './goods.ts';
import { keepPresalesComing } from './presales.ts';
import { Promises } from './promises.ts';
import { chanceOf } from '#kit/testing/chance.ts';
import { createShopper } from './shopper.ts';

/** Many who shop until they are told to stop. */
export interface CrowdThatShops {
  readonly promises: Promises;
  readonly answers: Answers;
  /** What shoppers could make no sense of, a line each: an order that is acknowledged a second time as another one. */
  readonly surprises: readonly string[];
  /** Lets everybody finish what is under way. */
  goHome(): Promise<void>;
}

/** Who shops. */
export interface Crowd {
  readonly clients: number;
  /** Between one thing and the next, at most, milliseconds: people, not a benchmark, so that what is hurt has room to get well. */
  readonly thinkingMs: number;
  readonly seed: number;
}

/** Half of the price of what is sold, less a little: points may pay half of it. */
const points = 2_000;

/** Opens a shop and lets so many members shop in it, each one thing after the other, chosen by the seed. */
export async function letShop(graph: GraphUnderFire, { clients, thinkingMs, seed }: Crowd): Promise<CrowdThatShops> {
  const { facts, mongoUri, secret } = graph;
  const shop = await aShop(facts);
  const goods = await stockTheShelves(shop);
  const place = { mongoUri, databasePrefix: facts.databasePrefix, url: facts.url, memberKeySecret: secret };
  const crowd = await gatherCrowd(place, clients, points);
  const promises = new Promises();
  const answers = new Answers();
  const surprises: string[] = [];
  const closing = new AbortController();
  const presales = keepPresalesComing(shop, goods.presaleSkuId, answers, closing.signal);
  const everybody = Promise.all(
    crowd.map(async (client, index) => {
      const luck = chanceOf(seed + index);
      const shopOnce = createShopper({
        ...{ client, staff: shop.staff, goods, presales, luck, promises, answers, points },
      });
      while (!closing.signal.aborted) {
        await shopOnce().catch((error: unknown) => void surprises.push(String(error)));
        await pause(thinkingMs * luck.next(), undefined, { signal: closing.signal }).catch(() => undefined);
      }
    }),
  );
  return {
    promises,
    answers,
    surprises,
    async goHome() {
      closing.abort();
      await Promise.all([everybody, presales.ended]);
    },
  };
}
