import { newId } from '#kit/ids/ids.ts';
import { flashSaleOrders, type FlashSalePlacing } from '#kit/neighbours/flash-sale-orders.ts';
import type { Subgraph } from '#kit/subgraph/subgraph.ts';
import { neighbourOf } from '#kit/transport/neighbours.ts';
import type { Outcome } from '#kit/user-error/user-error.ts';
import { systemViewer } from '#kit/viewer/viewer.ts';
import { address, member, type OrderWorld } from './order-world.ts';

/** What tests of orders behind flash-sale tickets ask again and again, as promotion would. */
export function flashSaleShopIn(world: OrderWorld) {
  const mia = member(newId('member'));
  const system = { viewer: systemViewer('promotion'), requestId: 'req_1' };

  /** The doors as a neighbour sees them; of another process with `at`. */
  const doorsOf = (at: () => Subgraph = () => world.subgraph) =>
    neighbourOf(flashSaleOrders, {
      call: (_target, path, body, call) => at().call(path, body, call),
      close: async () => undefined,
    });
  const doors = doorsOf();

  /** A ticket of Mia's for one unit at ¥1. */
  const placing = (skuId: string, more: Partial<FlashSalePlacing> = {}): FlashSalePlacing => ({
    orderId: newId('order'),
    ticketId: newId('flashTicket'),
    memberId: mia.id ?? '',
    channel: 'web',
    locale: 'en',
    skuId,
    quantity: 1,
    unitPriceMinor: 100,
    currency: 'CNY',
    labels: { channelPrice: 'Price', flashPrice: 'Flash-sale price' },
    addressId: null,
    address,
    payBefore: '2026-11-22T08:15:00.000Z',
    ...more,
  });
  const place = async (...orders: FlashSalePlacing[]) => (await doors.placeFlashSaleOrders({ orders }, system)).placed;
  const settle = async (...orders: FlashSalePlacing[]) => {
    const asked = orders.map(({ orderId, memberId, currency }) => ({ orderId, memberId, currency }));
    return (await doors.settleFlashSaleOrders({ orders: asked }, system)).placed;
  };

  return { mia, system, doorsOf, doors, placing, place, settle };
}

/** The codes of an outcome's refusals. */
export function codesOf(outcome: Outcome<unknown> | undefined): string[] {
  return outcome === undefined || outcome.ok ? [] : outcome.refusals.map(({ code }) => code);
}
