import { memberViewer, type Loose, type PromotionApp } from './promotion-app.ts';

let keys = 0;

/** Buys one unit of a flash-sale item as member 1, with a key of its own, unless told otherwise; the payload, or the errors. */
export async function purchase(
  app: PromotionApp,
  itemId: string,
  more: Record<string, unknown> = {},
  memberId = 'mbr_1',
): Promise<Loose> {
  keys += 1;
  const { data, errors } = await app.ask(
    `mutation ($input: PurchaseFlashSaleItemInput!) { purchaseFlashSaleItem(input: $input) {
      order { id }
      userErrors {
        __typename code message path
        ... on FlashSaleSoldOutError { remaining } ... on FlashSaleLimitReachedError { limitPerMember }
        ... on FlashSaleNotOpenError { startsAt endsAt } ... on OrderRefusedError { reason }
        ... on InsufficientStockError { skuId requested available }
        ... on PriceChangedError { expected { amount currency } current { amount currency } }
      }
    } }`,
    { input: { itemId, quantity: 1, idempotencyKey: `key ${keys}`, ...more } },
    memberViewer(memberId),
  );
  return data?.purchaseFlashSaleItem ?? errors;
}

/** What buying one unit as member 1 would cost, unless told otherwise; the payload, or the errors. */
export async function preview(app: PromotionApp, itemId: string, more: Record<string, unknown> = {}): Promise<Loose> {
  const { data, errors } = await app.ask(
    `query ($input: FlashSalePreviewInput!) { flashSalePreview(input: $input) {
      preview { goods { amount currency } freight { amount } total { amount } earliest latest }
      userErrors { __typename code path ... on InsufficientStockError { available } ... on OrderRefusedError { reason } }
    } }`,
    { input: { itemId, quantity: 1, ...more } },
    memberViewer('mbr_1'),
  );
  return data?.flashSalePreview ?? errors;
}

/** The codes of a payload's refusals. */
export function codesOf(payload: { userErrors: { code: string }[] }): string[] {
  return payload.userErrors.map((error) => error.code);
}
