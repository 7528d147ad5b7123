import {
  ApproveAfterSaleDocument,
  CancelOrderEditDocument,
  EditOrderDocument,
  OrderDetailDocument,
  OrderEditPreviewDocument,
  PayOrderDocument,
  RequestAfterSaleDocument,
} from '../../__generated__/operations.ts';
import type { Chance } from '#kit/testing/chance.ts';
import type { Client } from '../../world/client.ts';
import { newKey } from '../../world/unique.ts';
import type { Ask } from './ask-until-answered.ts';
import { chooseSku, type Goods } from './goods.ts';
import { minorOf, type Promised } from './promises.ts';

/** Who thinks better of a paid order, and who decides about it. */
export interface SecondThoughts {
  readonly ask: Ask;
  readonly staff: Client;
  readonly askAs: (client: Client) => Ask;
  readonly goods: Goods;
  readonly luck: Chance;
}

/** What shoppers do with orders that are paid, besides cancelling them. */
export function createSecondThoughts({ ask, askAs, staff, goods, luck }: SecondThoughts) {
  const firstLineOf = async ({ orderId }: Promised) =>
    (await ask(OrderDetailDocument, { id: orderId }))?.order?.lines[0] ?? null;

  /** One unit less, and one of something else instead. What is due for it is paid, or the change is given up. */
  async function change(order: Promised): Promise<void> {
    const { orderId } = order;
    const line = await firstLineOf(order);
    if (line === null) return;
    const wish = {
      orderId,
      quantities: [{ orderLineId: line.id, quantity: line.quantity - 1 }],
      additions: [{ skuId: chooseSku(goods, luck), quantity: 1 }],
    };
    const previewed = await ask(OrderEditPreviewDocument, { input: wish });
    const total = previewed?.orderEditPreview.preview?.total;
    if (total === undefined) return;
    const expectedTotal = { amount: total.amount, currency: total.currency };
    const input = { ...wish, expectedTotal, idempotencyKey: newKey() };
    order.orElseMinor = minorOf(total);
    const status = (await ask(EditOrderDocument, { input }))?.editOrder.edit?.status ?? 'REFUSED';
    if (status === 'AWAITING_PAYMENT' && luck.happens(0.5)) {
      await ask(PayOrderDocument, { input: { orderId, provider: 'TEST', idempotencyKey: newKey() } });
    } else if (status === 'AWAITING_PAYMENT') await ask(CancelOrderEditDocument, { input: { orderId } });
    if (status !== 'DONE') return;
    order.totalMinor = order.orElseMinor;
    order.orElseMinor = null;
  }

  /** One unit shall not be sent after all: the shop agrees, and its money goes back. */
  async function complain(order: Promised): Promise<void> {
    const line = await firstLineOf(order);
    if (line === null) return;
    const lines = [{ orderLineId: line.id, quantity: 1 }];
    const wish = { orderId: order.orderId, kind: 'REFUND_ONLY' as const, lines, reason: '多买了' };
    order.mayEndByRefund = true;
    const asked = await ask(RequestAfterSaleDocument, { input: { ...wish, idempotencyKey: newKey() } });
    const afterSaleId = asked?.requestAfterSale.afterSale?.id;
    if (afterSaleId !== undefined) await askAs(staff)(ApproveAfterSaleDocument, { input: { afterSaleId } });
  }

  return { change, complain };
}
