import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { testDatabase } from '#kit/testing/test-database.ts';
import { systemViewer, type Viewer } from '#kit/viewer/viewer.ts';
import { aPromotion } from '../testing/offers.ts';
import { memberViewer, staffViewer, startPromotionApp, type PromotionApp } from '../testing/promotion-app.ts';

const db = testDatabase();
let app: PromotionApp;

beforeAll(async () => {
  app = await startPromotionApp({ mongoUri: db.uri, database: db.name, at: '2026-06-18T04:00:00.000Z' });
});
afterAll(() => app?.subgraph.stop());

const colleague: Viewer = { ...staffViewer, id: 'stf_2' };
const approve = async (promotionId: string, viewer: Viewer = colleague) => {
  const query = `mutation ($input: ApproveBelowFloorInput!) {
    approveBelowFloor(input: $input) {
      promotion { belowFloor { approvedAt approvedBy } }
      userErrors { code path message ... on InvalidStateError { state } }
    }
  }`;
  const { data, errors } = await app.ask(query, { input: { promotionId } }, viewer);
  return data?.approveBelowFloor ?? errors?.map(({ extensions }) => extensions.code);
};

/** Half off a SKU of its own; its author says whether it may go below floors. */
async function halfOff(skuId: string, belowFloor: boolean | null): Promise<string> {
  const ladder = [{ percentOff: '50' }];
  return aPromotion(app, { kind: 'PERCENT_OFF_LADDER', ladder, scope: { skuIds: [skuId] }, belowFloor });
}

/** What ¥100 of the SKU cost that must keep ¥70. */
async function priceOf(skuId: string): Promise<number> {
  const line = { lineId: 'line', skuId, productId: 'prd', brandId: null, categorySlugs: [], quantity: 1 };
  const asked = {
    ...{ channel: 'web', currency: 'CNY', memberId: 'mbr_1', tierLevel: 1, freightMinor: 0 },
    ...{ couponIds: [], couponCodes: [], points: { requested: 0, balance: 0 } },
    lines: [{ ...line, unitPriceMinor: 10_000, floorMinor: 7_000 }],
  };
  return (await app.operate('quote', asked, systemViewer('order'))).totalMinor;
}

describe('a promotion that is to go below floors', () => {
  test('stops at them until somebody other than its author has approved it', async () => {
    const id = await halfOff('cup', true);
    expect(await priceOf('cup')).toBe(7_000);
    expect(await approve(id, staffViewer)).toEqual({
      promotion: null,
      userErrors: [
        { code: 'INVALID_INPUT', path: ['promotionId'], message: 'Somebody other than its author must approve it.' },
      ],
    });
    expect(await priceOf('cup')).toBe(7_000);
    const approved = {
      promotion: { belowFloor: { approvedAt: '2026-06-18T04:00:00.000Z', approvedBy: 'stf_2' } },
      userErrors: [],
    };
    expect(await approve(id)).toEqual(approved);
    expect(await priceOf('cup')).toBe(5_000);
    // The first approval counts.
    expect(await approve(id, { ...colleague, id: 'stf_3' })).toEqual(approved);
  });

  test('is approved once by many at once', async () => {
    const id = await halfOff('bowl', true);
    const answers = await Promise.all(
      Array.from({ length: 8 }, (_, index) => approve(id, { ...colleague, id: `stf_${index + 2}` })),
    );
    const approvers = answers.map(({ promotion }) => promotion.belowFloor.approvedBy);
    expect(new Set(approvers).size).toBe(1);
  });

  test.each([null, false])('is none when its author did not say so (%s), whoever approves it', async (belowFloor) => {
    const id = await halfOff(`plate ${belowFloor}`, belowFloor);
    expect((await approve(id)).userErrors).toMatchObject([{ code: 'INVALID_INPUT', path: ['promotionId'] }]);
    expect(await priceOf(`plate ${belowFloor}`)).toBe(7_000);
  });

  test('can’t be approved once it is over, and an unknown one never', async () => {
    const id = await halfOff('spoon', true);
    const end = 'mutation ($input: EndPromotionInput!) { endPromotion(input: $input) { promotion { id } } }';
    await app.ask(end, { input: { promotionId: id } }, staffViewer);
    const over = { code: 'INVALID_STATE', path: ['promotionId'], state: 'ENDED' };
    expect(await approve(id)).toMatchObject({ promotion: null, userErrors: [over] });
    expect((await approve('prm_none')).userErrors).toMatchObject([{ code: 'NOT_FOUND', path: ['promotionId'] }]);
  });

  test('keeps that from shoppers, who can’t approve it either', async () => {
    const id = await halfOff('fork', true);
    const query = 'query ($id: ID!) { promotion(id: $id) { id belowFloor { approvedBy } } }';
    const { data, errors } = await app.ask(query, { id }, memberViewer('mbr_1'));
    expect(data.promotion).toEqual({ id, belowFloor: null });
    expect(errors?.map((error) => error.extensions.code)).toEqual(['FORBIDDEN']);
    expect(await approve(id, memberViewer('mbr_1'))).toEqual(['FORBIDDEN']);
    expect(await priceOf('fork')).toBe(7_000);
  });
});
