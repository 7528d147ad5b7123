import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { eventually } from '#kit/testing/eventually.ts';
import {
  AddOrderNoteDocument,
  ApplyCouponCodeDocument,
  ApproveAfterSaleDocument,
  CartDocument,
  CatalogFeedDocument,
  CategoryTreeDocument,
  CheckoutPreviewDocument,
  CreatePartnerDocument,
  CreateStaffDocument,
  FlashSalesDocument,
  ImportExternalOrderDocument,
  IssueApiKeyDocument,
  MergeOrdersDocument,
  OrderChangesDocument,
  OrderMoneyDocument,
  PointsLedgerDocument,
  ProductPageDocument,
  PutOrderOnHoldDocument,
  ReceiveReturnedGoodsDocument,
  RefreshSessionDocument,
  RefuseAfterSaleDocument,
  ReleaseOrderHoldDocument,
  RemoveCouponCodeDocument,
  RequestAfterSaleDocument,
  RevokeApiKeyDocument,
  SetSkuPriceDocument,
  SignInDocument,
  SignInWithWeChatDocument,
  SignOutDocument,
  SplitOrderDocument,
  StorefrontDocument,
  UnpublishProductDocument,
  UpdateCartLineDocument,
  type AfterSaleKind,
} from '../__generated__/operations.ts';
import { worldFacts } from '../setup/world-facts.ts';
import { openCarrier } from '../world/carriers.ts';
import { becomesOne, leavesForGood } from '../world/accounts.ts';
import { accepted, answeredOperations, type Channel } from '../world/client.ts';
import { operationNames } from '../world/documents.ts';
import { buysAt, seesWhatItCosts } from '../world/flash-sale.ts';
import { inBothTopologies } from '../world/in-both-topologies.ts';
import { beginsPresale, stopsPresale } from '../world/presale.ts';
import { aShop, type Shop, type ShopProduct } from '../world/shop.ts';
import { homeAddress, type Order, type Shopper } from '../world/shopper.ts';
import { changesAPaidOrder, thinksBetterOfIt } from '../world/second-thoughts.ts';
import { newKey, uniqueCode, yuan } from '../world/unique.ts';

const channels: readonly Channel[] = ['mini-program', 'app'];

inBothTopologies('every registered document is answered', (graph) => {
  let shop: Shop;
  let tea: ShopProduct;
  beforeAll(async () => {
    shop = await aShop(graph);
    tea = await shop.product({ price: '50.00', stock: 100 });
  });

  describe.each(channels)('in the channel %s', (channel) => {
    let shopper: Shopper;
    beforeAll(async () => {
      shopper = await shop.shopper({ channel });
    });

    test('to somebody who looks around', async () => {
      const guest = shop.guest({ channel });
      const { products } = await guest.ask(StorefrontDocument, {
        first: 5,
        search: tea.sku.code,
        filter: { inStock: true, price: { min: yuan('1.00'), max: yuan('60.00') } },
        sort: 'PRICE_ASC',
      });
      expect(products.nodes.map(({ id }) => id)).toEqual([tea.id]);
      const { product } = await guest.ask(ProductPageDocument, { slug: tea.slug, region: '北京市' });
      expect(product?.id).toBe(tea.id);
      expect((await guest.ask(CategoryTreeDocument, {})).categories).toEqual(expect.any(Array));
    });

    test('to somebody with a cart, a coupon and an order of what can not be sent yet', async () => {
      await beginsPresale(shop, shopper, tea.sku.id);
      const { code } = await shop.coupon({
        code: `SAVE-${uniqueCode()}`,
        amountOff: yuan('5.00'),
        scope: { skuIds: [tea.sku.id] },
      });
      const cart = await shopper.adds(tea.sku.id, 1);
      const lineId = cart.lines[0]?.id ?? '';
      const { updateCartLine } = await shopper.client.ask(UpdateCartLineDocument, {
        input: { cartId: cart.id, lineId, quantity: 3 },
      });
      expect(accepted(updateCartLine, 'cart').lines[0]).toMatchObject({ quantity: 3, total: yuan('150.00') });
      const coupon = { input: { cartId: cart.id, code: code ?? '' } };
      const { applyCouponCode } = await shopper.client.ask(ApplyCouponCodeDocument, coupon);
      expect(accepted(applyCouponCode, 'cart').quote?.total).toEqual(yuan('145.00'));
      const { removeCouponCode } = await shopper.client.ask(RemoveCouponCodeDocument, coupon);
      expect(accepted(removeCouponCode, 'cart').couponCodes).toEqual([]);
      const { cart: seen } = await shopper.client.ask(CartDocument, { id: cart.id });
      expect(seen).toMatchObject({ id: cart.id, channel, quote: { total: yuan('150.00') } });
      const { checkoutPreview } = await shopper.client.ask(CheckoutPreviewDocument, { input: { cartId: cart.id } });
      expect(checkoutPreview.quote?.total).toEqual(yuan('158.00'));
    });

    test('to somebody who complains', async () => {
      const boughtAndPaid = async () => {
        const order = await shopper.places([{ skuId: tea.sku.id, quantity: 2 }]);
        await shopper.pays(order);
        return order;
      };
      const asksBack = async (order: Order, kind: AfterSaleKind) => {
        const { requestAfterSale } = await shopper.client.ask(RequestAfterSaleDocument, {
          input: {
            orderId: order.id,
            kind,
            lines: [{ orderLineId: order.lines[0]?.id ?? '', quantity: 1 }],
            reason: '颜色不对',
            idempotencyKey: newKey(),
          },
        });
        return accepted(requestAfterSale, 'afterSale').id;
      };
      const cancelled = await shopper.places([{ skuId: tea.sku.id, quantity: 1 }]);
      await shopper.cancels(cancelled);
      expect((await shopper.sees(cancelled)).status).toBe('CANCELLED');

      const order = await boughtAndPaid();
      await shop.warehouse.delivers(await shop.warehouse.sends(order));
      await eventually(async () => expect((await shopper.sees(order)).status).toBe('DELIVERED'));
      await shopper.confirmsReceiptOf(order);
      const refused = await asksBack(order, 'REFUND_ONLY');
      const { refuseAfterSale } = await shop.staff.ask(RefuseAfterSaleDocument, {
        input: { afterSaleId: refused, reason: '超出范围' },
      });
      expect(accepted(refuseAfterSale, 'afterSale').status).toBe('REFUSED');
      const returned = await asksBack(order, 'RETURN_AND_REFUND');
      const { approveAfterSale } = await shop.staff.ask(ApproveAfterSaleDocument, { input: { afterSaleId: returned } });
      expect(accepted(approveAfterSale, 'afterSale').status).toBe('APPROVED');
      const { receiveReturnedGoods } = await shop.staff.ask(ReceiveReturnedGoodsDocument, {
        input: { afterSaleId: returned },
      });
      accepted(receiveReturnedGoods, 'afterSale');
      await eventually(async () => {
        const { order: money } = await shopper.client.ask(OrderMoneyDocument, { id: order.id });
        expect(money).toMatchObject({ refundStatus: 'PARTIAL', refunded: yuan('50.00') });
      });
      expect((await shopper.client.ask(PointsLedgerDocument, { first: 10 })).me?.id).toBe(shopper.id);
    });

    test('to somebody who thinks better of a complaint or a paid order, and wants an invoice', async () => {
      expect(await thinksBetterOfIt(shop, shopper, tea.sku.id)).toEqual(['CANCELLED', 'CANCELLED']);
      expect(await changesAPaidOrder(shop, shopper, tea.sku.id)).toEqual(['AWAITING_PAYMENT', 'UNDONE']);
    });

    test('to somebody who waits for a flash sale', async () => {
      const { itemId } = await shop.flashSale(
        { skuId: tea.sku.id, price: yuan('9.90'), quota: 5 },
        { channels: [channel] },
      );
      const { flashSales } = await shopper.client.ask(FlashSalesDocument, {});
      expect(flashSales.nodes.length).toBeGreaterThan(0);
      const shown = await seesWhatItCosts(shopper, itemId, 1);
      expect(accepted(await buysAt(shopper, itemId, 1, shown.total), 'order').total).toEqual(yuan('17.90'));
    });

    test('to somebody who comes and goes', async () => {
      const guest = shop.guest({ channel });
      const { signIn } = await guest.ask(SignInDocument, {
        input: { identifier: shopper.email, password: shopper.password },
      });
      expect(signIn.viewer).toMatchObject({ id: shopper.id, kind: 'MEMBER', roles: [] });
      const { refreshSession } = await guest.ask(RefreshSessionDocument, {
        input: { refreshToken: accepted(signIn, 'session').refreshToken },
      });
      const { signOut } = await guest.ask(SignOutDocument, {
        input: { refreshToken: accepted(refreshSession, 'session').refreshToken },
      });
      expect(signOut.signedOut).toBe(true);
      const { signInWithWeChat } = await guest.ask(SignInWithWeChatDocument, {
        input: { appId: worldFacts().weChatApps[0], code: `code-for-${uniqueCode()}` },
      });
      expect(accepted(signInWithWeChat, 'viewer').kind).toBe('MEMBER');
    });

    test('to somebody who has two accounts, and to somebody who leaves for good', async () => {
      expect(await becomesOne(shop, channel)).toEqual(['STAFF', 'MEMBER']);
      const leaving = await shop.shopper({ channel });
      const stranger = { appId: worldFacts().weChatApps[0], code: `code-for-${uniqueCode()}` };
      const left = { refusals: ['INVALID_CREDENTIALS'], erasedId: leaving.id };
      expect(await leavesForGood(leaving, stranger)).toEqual(left);
    });

    test('to a member with a coupon of their own', async () => {
      await shopper.claims(await shop.coupon({ amountOff: yuan('1.00'), scope: { skuIds: [tea.sku.id] } }));
      expect((await shopper.me()).coupons).toMatchObject({ totalCount: 1, nodes: [{ status: 'CLAIMED' }] });
    });

    test('to a partner', async () => {
      const { createPartner } = await shop.staff.ask(CreatePartnerDocument, {
        input: { name: `伙伴 ${uniqueCode()}` },
      });
      const { issueApiKey } = await shop.staff.ask(IssueApiKeyDocument, {
        input: {
          partnerId: accepted(createPartner, 'partner').id,
          name: 'e2e',
          scopes: ['partner:orders', 'partner:catalog'],
        },
      });
      const partner = shop.guest({ channel, token: accepted(issueApiKey, 'key') });
      const { importExternalOrder } = await partner.ask(ImportExternalOrderDocument, {
        input: {
          system: 'market',
          externalId: uniqueCode(),
          placedAt: new Date().toISOString(),
          address: homeAddress,
          lines: [{ skuCode: tea.sku.code, quantity: 1, unitPrice: yuan('45.00') }],
          total: yuan('45.00'),
          paid: true,
        },
      });
      const order = accepted(importExternalOrder, 'order');
      await eventually(async () => {
        const { orderChanges } = await partner.ask(OrderChangesDocument, { first: 10 });
        expect(orderChanges.changes.map(({ orderId }) => orderId)).toContain(order.id);
      });
      expect((await partner.ask(CatalogFeedDocument, { first: 1 })).catalogFeed.products).toHaveLength(1);
      const { revokeApiKey } = await shop.staff.ask(RevokeApiKeyDocument, {
        input: { apiKeyId: accepted(issueApiKey, 'apiKey').id },
      });
      expect(accepted(revokeApiKey, 'apiKey').revokedAt).not.toBeNull();
    });

    test('to those who change an order before it is sent', async () => {
      const order = await shopper.places([{ skuId: tea.sku.id, quantity: 2 }]);
      await shopper.pays(order);
      await shop.warehouse.findsIn(order);
      const orderId = order.id;
      const noted = { orderId, text: '客户要求分开发货', idempotencyKey: newKey() };
      const { addOrderNote } = await shop.staff.ask(AddOrderNoteDocument, { input: noted });
      expect(accepted(addOrderNote, 'order').staffNotes).toHaveLength(1);
      const { putOrderOnHold } = await shop.staff.ask(PutOrderOnHoldDocument, { input: { orderId, reason: '核实' } });
      accepted(putOrderOnHold, 'order');
      const { releaseOrderHold } = await shop.staff.ask(ReleaseOrderHoldDocument, { input: { orderId } });
      accepted(releaseOrderHold, 'order');
      const parts = [{ lines: [{ orderLineId: order.lines[0]?.id ?? '', quantity: 1 }] }];
      const { splitOrder } = await shop.staff.ask(SplitOrderDocument, {
        input: { orderId, by: 'LINES', parts, idempotencyKey: newKey() },
      });
      const orderIds = splitOrder.parts.map(({ id }) => id);
      const { mergeOrders } = await shop.staff.ask(MergeOrdersDocument, {
        input: { orderIds, idempotencyKey: newKey() },
      });
      expect(accepted(mergeOrders, 'order').total).toEqual(order.total);
    });

    test('to those who run the shop', async () => {
      await stopsPresale(shop, tea.sku.id);
      const code = uniqueCode();
      const content = await readFile(join(import.meta.dirname, '../data/shopify-apparel.csv'), 'utf8');
      const report = await shop.imports({ format: 'SHOPIFY_CSV', content, dryRun: true });
      expect(report).toMatchObject({ status: 'SUCCEEDED', succeeded: 22, failed: 0 });

      const { createStaff } = await shop.staff.ask(CreateStaffDocument, {
        input: {
          email: `m-${code}@example.com`,
          password: `password ${code}`,
          displayName: '小李',
          roles: ['MERCHANDISER'],
        },
      });
      expect(accepted(createStaff, 'staff').roles).toEqual(['MERCHANDISER']);
      await openCarrier(shop.staff, `C${code}`, '快递');

      const cup = await shop.product({ stock: 0, supplierCode: (await shop.supplier('唐记茶业')).code });
      const { setSkuPrice } = await shop.staff.ask(SetSkuPriceDocument, {
        input: { skuId: cup.sku.id, channel, price: yuan('1.00') },
      });
      accepted(setSkuPrice, 'sku');
      await shop.promotion({
        kind: 'TIMED_PRICE',
        scope: { skuIds: [cup.sku.id] },
        ladder: [{ amountOff: yuan('0.10') }],
      });
      const { unpublishProduct } = await shop.staff.ask(UnpublishProductDocument, { input: { productId: cup.id } });
      expect(accepted(unpublishProduct, 'product').channels).toEqual([]);
      expect(await shop.warehouse.movedOf(tea.sku.code)).toBe((await shop.warehouse.levelOf(tea.sku.code)).onHand);
    });
  });
});

test('no registered document was left out', () => {
  expect(answeredOperations()).toEqual(operationNames);
});
