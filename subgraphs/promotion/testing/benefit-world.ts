import { afterAll, beforeAll, beforeEach } from '@jest/globals';
import type { TestDatabase } from '#kit/testing/test-database.ts';
import { fakeNeighbours } from './neighbours.ts';
import { aPromotion, aTemplate, yuan } from './offers.ts';
import { anOrderId, lockOf } from './orders.ts';
import { memberViewer, startPromotionApp, type Loose, type PromotionApp } from './promotion-app.ts';

/** A stored document, as far as the tests look at it. */
export interface Row {
  readonly _id: string;
  readonly budget: { leftMinor: number; committedMinor: number; spentMinor: number; limitMinor: number } | null;
  readonly usesLeft: number;
  readonly status: string;
  readonly orderId: string | null;
  readonly claimsLeft: number;
}

/** It is noon in China, an hour within June, at the start of every test. */
export const noon = '2026-06-18T04:00:00.000Z';

/**
 * Two processes of the subgraph on one database, called in turn: what holds must hold between processes, too. Call it once, at the top level of
 * a test file; the jobs run in the first.
 */
export function benefitWorld(db: TestDatabase) {
  const { answers } = fakeNeighbours();
  const processes: PromotionApp[] = [];
  let calls = 0;
  const either = (): PromotionApp => {
    calls += 1;
    const process = processes[calls % processes.length];
    if (!process) throw new Error('the world has not started yet');
    return process;
  };
  const setClock = (to: string) => processes.forEach((process) => process.clock.set(to));

  beforeAll(async () => {
    for (let count = 0; count < 2; count += 1) {
      processes.push(await startPromotionApp({ mongoUri: db.uri, database: db.name, at: noon, answers }));
    }
    await processes[0]?.subgraph.start();
  });
  afterAll(async () => {
    for (const process of processes) await process.subgraph.stop();
  });
  beforeEach(() => setClock(noon));

  const rowOf = (collection: string, id: string) => db.connection.collection<Row>(collection).findOne({ _id: id });
  const lock = (request: ReturnType<typeof lockOf>): Promise<Loose> => either().operate('lockBenefits', request);

  const world = {
    either,
    setClock,
    rowOf,
    lock,
    release: (orderId: string): Promise<Loose> => either().operate('releaseBenefits', { orderId }),
    runJob: async (name: string) => processes[0]?.subgraph.runJob(name),
    /** [left, committed, spent] in minor units. */
    async budgetOf(collection: 'promotions' | 'couponTemplates', id: string) {
      const budget = (await rowOf(collection, id))?.budget;
      return budget && [budget.leftMinor, budget.committedMinor, budget.spentMinor];
    },
    /** [status, order]. */
    async couponState(id: string) {
      const row = await rowOf('coupons', id);
      return [row?.status, row?.orderId];
    },
    /** A coupon of the template for a member; its id. */
    async claim(templateId: string, memberId = 'mbr_1'): Promise<string> {
      const mutation = 'mutation ($input: ClaimCouponInput!) { claimCoupon(input: $input) { coupon { id } } }';
      const { data } = await either().ask(mutation, { input: { templateId } }, memberViewer(memberId));
      return data.claimCoupon.coupon.id;
    },
    /** One order of member 1 that holds ¥10 of a budget of ¥100 and a coupon of ¥5 with a budget of ¥50. */
    async heldOrder() {
      const promotionId = await aPromotion(either(), { budget: yuan('100'), usageLimit: 5, perMemberLimit: 2 });
      const templateId = await aTemplate(either(), { budget: yuan('50') });
      const couponId = await world.claim(templateId);
      const orderId = anOrderId();
      const request = lockOf(orderId, {
        promotions: [{ promotionId, amountMinor: 1_000 }],
        coupons: [{ templateId, couponId, amountMinor: 500 }],
      });
      const answer = await lock(request);
      return { promotionId, templateId, couponId, orderId, request, answer };
    },
  };
  return world;
}
