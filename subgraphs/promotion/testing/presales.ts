import { staffViewer, type Loose, type PromotionApp } from './promotion-app.ts';
import { yuan } from './offers.ts';

/** Deposits until the end of 18 June, UTC, balances on the 20th. */
export const presaleWindows = {
  depositFrom: '2026-06-18T00:00:00.000Z',
  depositTo: '2026-06-19T00:00:00.000Z',
  balanceFrom: '2026-06-20T00:00:00.000Z',
  balanceTo: '2026-06-21T00:00:00.000Z',
  shipsAfter: '2026-06-25T00:00:00.000Z',
};

/** Creates a presale as staff: ¥100 of which ¥10 now, counting for ¥20, 10 pieces, unless told otherwise; the payload. */
export async function createPresale(app: PromotionApp, more: Record<string, unknown> = {}): Promise<Loose> {
  const amounts = { price: yuan('100'), deposit: yuan('10'), depositWorth: yuan('20') };
  const input = { skuId: 'sku_1', ...amounts, quota: 10, ...presaleWindows, ifUnpaid: 'FORFEIT', ...more };
  const { data, errors } = await app.ask(
    `mutation ($input: CreatePresaleInput!) { createPresale(input: $input) {
      presale { id status quota remaining limitPerMember price { amount } deposit { amount } depositWorth { amount } balance { amount currency }
        depositFrom depositTo balanceFrom balanceTo shipsAfter ifUnpaid channels sku { id } }
      userErrors { code path } } }`,
    { input },
    staffViewer,
  );
  return data?.createPresale ?? errors;
}

/** The same, for its id. */
export async function aPresale(app: PromotionApp, more: Record<string, unknown> = {}): Promise<string> {
  const { presale, userErrors } = await createPresale(app, more);
  if (!presale) throw new Error(`not created: ${JSON.stringify(userErrors)}`);
  return presale.id;
}
