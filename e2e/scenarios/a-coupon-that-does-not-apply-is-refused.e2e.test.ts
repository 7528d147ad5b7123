import { beforeAll, expect, test } from '@jest/globals';
import { eventually } from '#kit/testing/eventually.ts';
import {
  ApplyCouponCodeDocument,
  CheckoutPreviewDocument,
  ClaimCouponDocument,
  PlaceOrderDocument,
} from '../__generated__/operations.ts';
import { accepted, codesOf, errorCodesOf } from '../world/client.ts';
import { inBothTopologies } from '../world/in-both-topologies.ts';
import { aShop, type Shop, type ShopProduct } from '../world/shop.ts';
import type { Shopper } from '../world/shopper.ts';
import { newKey, uniqueCode, yuan } from '../world/unique.ts';

inBothTopologies('a coupon that does not apply is refused, and nothing is half done', (graph) => {
  let shop: Shop;
  let product: ShopProduct;
  let shopper: Shopper;
  let stranger: Shopper;
  beforeAll(async () => {
    shop = await aShop(graph);
    [product, shopper, stranger] = await Promise.all([
      shop.product({ price: '50.00', stock: 20 }),
      shop.shopper(),
      shop.shopper(),
    ]);
  });

  const scope = () => ({ skuIds: [product.sku.id] });
  const claims = async (by: Shopper, templateId: string) =>
    (await by.client.ask(ClaimCouponDocument, { input: { templateId } })).claimCoupon;
  const triesToOrder = async (couponId: string, quantity = 1) => {
    const lines = [{ skuId: product.sku.id, quantity }];
    const input = { lines, addressId: shopper.addressId, couponIds: [couponId], idempotencyKey: newKey() };
    return (await shopper.client.ask(PlaceOrderDocument, { input })).placeOrder;
  };
  const previews = async (couponId: string) => {
    const input = { lines: [{ skuId: product.sku.id, quantity: 1 }], couponIds: [couponId] };
    return (await shopper.client.ask(CheckoutPreviewDocument, { input })).checkoutPreview.quote;
  };
  // Promotions that other tests run at the same time may be listed as well.
  const rejectionOf = (couponId: string, quote: Awaited<ReturnType<typeof previews>>) =>
    quote?.rejected.find(({ code }) => code === couponId);
  async function nothingHappened(): Promise<void> {
    expect((await shopper.me()).orders?.totalCount).toBe(0);
    expect(await shop.warehouse.levelOf(product.sku.code)).toMatchObject({ onHand: 20, reserved: 0, available: 20 });
  }

  test('when it has expired, in the preview as in the order', async () => {
    const startsAt = new Date(Date.now() - 60_000).toISOString();
    const soon = new Date(Date.now() + 3_000).toISOString();
    const template = await shop.coupon({ amountOff: yuan('5.00'), scope: scope(), startsAt, endsAt: soon });
    const couponId = await shopper.claims(template);
    await eventually(async () => {
      const quote = await previews(couponId);
      expect(quote?.discount).toEqual(yuan('0.00'));
      expect(rejectionOf(couponId, quote)).toMatchObject({ reason: 'EXPIRED' });
    });
    expect(codesOf(await triesToOrder(couponId))).toEqual(['COUPON_NOT_USABLE']);
    expect(codesOf(await claims(stranger, template.id))).toEqual(['COUPON_EXPIRED']);
    await nothingHappened();
  });

  test('when all of its kind are taken, also when many reach for the last ones', async () => {
    const template = await shop.coupon({ amountOff: yuan('5.00'), scope: scope(), totalLimit: 2, perMemberLimit: 2 });
    const answers = await Promise.all([shopper, shopper, stranger, stranger].map((by) => claims(by, template.id)));
    expect(answers.filter(({ coupon }) => coupon !== null)).toHaveLength(2);
    expect(answers.flatMap(codesOf)).toEqual(['COUPON_USED_UP', 'COUPON_USED_UP']);
  });

  test('when the member has as many as one may have', async () => {
    const template = await shop.coupon({ amountOff: yuan('5.00'), scope: scope(), perMemberLimit: 1 });
    accepted(await claims(shopper, template.id), 'coupon');
    expect(codesOf(await claims(shopper, template.id))).toEqual(['CLAIM_LIMIT_REACHED']);
  });

  test('when it is somebody else’s, which looks like one that does not exist', async () => {
    const theirs = await stranger.claims(await shop.coupon({ amountOff: yuan('5.00'), scope: scope() }));
    const unknown = 'cpn_01J00000000000000000000000';
    const [foreign, missing] = await Promise.all([triesToOrder(theirs), triesToOrder(unknown)]);
    expect(codesOf(foreign)).toEqual(['COUPON_NOT_USABLE']);
    const told = ({ userErrors }: typeof foreign) => JSON.stringify(userErrors).replaceAll(/cpn_\w+/g, 'cpn');
    expect(told(foreign)).toBe(told(missing));
    const kept = (await stranger.me()).coupons?.nodes.find(({ id }) => id === theirs);
    expect(kept?.status).toBe('CLAIMED');
    await nothingHappened();
  });

  test('when the goods are too few for it, and what is missing is told', async () => {
    const template = await shop.coupon({ amountOff: yuan('5.00'), threshold: yuan('100.00'), scope: scope() });
    const couponId = await shopper.claims(template);
    expect(rejectionOf(couponId, await previews(couponId))).toEqual({
      promotionId: null,
      code: couponId,
      reason: 'THRESHOLD_NOT_REACHED',
      missing: yuan('50.00'),
    });
    expect(codesOf(await triesToOrder(couponId))).toEqual(['COUPON_NOT_USABLE']);
    await nothingHappened();
  });

  test('when it is used for two orders at the same moment: one gets it', async () => {
    const buyer = await shop.shopper();
    const own = await shop.product({ price: '50.00', stock: 20 });
    const couponId = await buyer.claims(
      await shop.coupon({ amountOff: yuan('5.00'), scope: { skuIds: [own.sku.id] } }),
    );
    const order = async () => {
      const lines = [{ skuId: own.sku.id, quantity: 1 }];
      const input = { lines, couponIds: [couponId], idempotencyKey: newKey() };
      return (await buyer.client.ask(PlaceOrderDocument, { input })).placeOrder;
    };
    const answers = await Promise.all([order(), order(), order()]);
    expect(answers.filter((answer) => answer.order !== null)).toHaveLength(1);
    expect(answers.flatMap(codesOf)).toEqual(['COUPON_NOT_USABLE', 'COUPON_NOT_USABLE']);
    await eventually(async () => {
      expect(await shop.warehouse.levelOf(own.sku.code)).toMatchObject({ reserved: 1, available: 19 });
    });
  });

  test('when its code is unknown, or nobody is signed in to claim it', async () => {
    const cart = await shopper.adds(product.sku.id, 1);
    const { applyCouponCode } = await shopper.client.ask(ApplyCouponCodeDocument, {
      input: { cartId: cart.id, code: `NONE-${uniqueCode()}` },
    });
    expect(codesOf(applyCouponCode)).toEqual(['COUPON_NOT_FOUND']);
    const { id: templateId } = await shop.coupon({ amountOff: yuan('5.00'), scope: scope() });
    const answer = await shop.guest().send(ClaimCouponDocument, { input: { templateId } });
    expect(errorCodesOf(answer)).toEqual(['UNAUTHENTICATED']);
    expect(codesOf(await claims(shopper, 'cpt_01J00000000000000000000000'))).toEqual(['COUPON_NOT_FOUND']);
  });
});
