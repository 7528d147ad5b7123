import { beforeAll, expect, test } from '@jest/globals';
import { eventually } from '#kit/testing/eventually.ts';
import {
  CheckoutPreviewDocument,
  CreateStaffDocument,
  PlaceOrderDocument,
  ProductPageDocument,
  SignInDocument,
} from '../__generated__/operations.ts';
import { accepted, codesOf, type Client } from '../world/client.ts';
import { inBothTopologies } from '../world/in-both-topologies.ts';
import { aShop, type Shop, type ShopProduct } from '../world/shop.ts';
import type { Shopper } from '../world/shopper.ts';
import { newKey, uniqueCode, yuan } from '../world/unique.ts';

inBothTopologies('a price stops at what the goods cost the shop', (graph) => {
  let shop: Shop;
  let shopper: Shopper;
  let product: ShopProduct;
  let promotionId: string;
  beforeAll(async () => {
    shop = await aShop(graph);
    const code = `DEAR-${uniqueCode()}`;
    // ¥100 that cost the shop ¥70, at half the price.
    const skus = [{ code, price: yuan('100.00'), cost: yuan('70.00'), weightGrams: 200 }];
    [product, shopper] = await Promise.all([shop.product({ skus }), shop.shopper()]);
    const promotion = await shop.promotion({
      kind: 'TIMED_PRICE',
      scope: { skuIds: [product.sku.id] },
      ladder: [{ percentOff: '50' }],
      belowFloor: true,
    });
    promotionId = promotion.id;
  });

  const wish = () => ({ lines: [{ skuId: product.sku.id, quantity: 1 }], addressId: shopper.addressId });
  const offered = async () => {
    const found = await shop.guest().ask(ProductPageDocument, { slug: product.slug });
    return found.product?.skus[0]?.bestOffer?.price;
  };
  const charged = async () => {
    const { checkoutPreview } = await shopper.client.ask(CheckoutPreviewDocument, { input: wish() });
    const { placeOrder } = await shopper.client.ask(PlaceOrderDocument, {
      input: { ...wish(), expectedTotal: checkoutPreview.quote?.total ?? null, idempotencyKey: newKey() },
    });
    expect(codesOf(placeOrder)).toEqual([]);
    const order = accepted(placeOrder, 'order');
    expect(order.total).toEqual(checkoutPreview.quote?.total);
    return order.lines[0]?.total;
  };

  async function aColleague(): Promise<Client> {
    const account = { email: `${uniqueCode().toLowerCase()}@example.com`, password: 'approves what others want' };
    const input = { ...account, displayName: '审批人', roles: ['MARKETER' as const] };
    accepted((await shop.staff.ask(CreateStaffDocument, { input })).createStaff, 'staff');
    const signIn = { identifier: account.email, password: account.password };
    const { accessToken } = accepted((await shop.guest().ask(SignInDocument, { input: signIn })).signIn, 'session');
    return shop.guest({ token: accessToken });
  }

  test('where it is offered as where it is charged, until a colleague approves less', async () => {
    await eventually(async () => expect(await offered()).toEqual(yuan('70.00')));
    expect(await charged()).toEqual(yuan('70.00'));

    const colleague = await aColleague();
    const approve = `mutation { approveBelowFloor(input: { promotionId: "${promotionId}" }) { userErrors { code } } }`;
    const { data } = await colleague.sendText(approve);
    expect(data).toEqual({ approveBelowFloor: { userErrors: [] } });
    await eventually(async () => expect(await offered()).toEqual(yuan('50.00')));
    expect(await charged()).toEqual(yuan('50.00'));
  });
});
