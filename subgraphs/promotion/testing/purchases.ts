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
      }
    } }`,
    { input: { itemId, quantity: 1, idempotencyKey: `key ${keys}`, ...more } },
    memberViewer(memberId),
  );
  return data?.purchaseFlashSaleItem ?? errors;
}

/** The codes of a payload's refusals. */
export function codesOf(payload: { userErrors: { code: string }[] }): string[] {
  return payload.userErrors.map((error) => error.code);
}
