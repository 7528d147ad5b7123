import type { FlashSalePrice } from '#kit/neighbours/flash-sale-orders.ts';
import type { Call } from '#kit/transport/transport.ts';
import { accepted, refused, type Outcome } from '#kit/user-error/user-error.ts';
import type { OrderDesk } from '../actions/order-desk.ts';
import type { Purchase } from '../actions/purchase-flash-sale-item.ts';
import { flashSaleStatus, notOpen, wantedItem, type FlashSaleItem } from '../domain/flash-sale.ts';
import { orderRefusals } from '../domain/order-refusals.ts';
import type { ItemBoard } from '../memory/item-board.ts';

type Wish = Pick<Purchase, 'memberId' | 'itemId' | 'quantity' | 'addressId' | 'address'>;

/** What units of an item would cost a member now with their freight, minor units of the item's currency. */
export async function pricePurchase(
  orderDesk: OrderDesk,
  { skuId, priceMinor: unitPriceMinor, currency }: FlashSaleItem,
  { memberId, quantity, addressId, address }: Wish,
  { viewer: { channel }, requestId }: Call,
): Promise<Outcome<FlashSalePrice>> {
  const wish = { memberId, channel, skuId, quantity, unitPriceMinor, currency, addressId, address };
  const priced = await orderDesk.price(wish, requestId);
  return priced.ok ? priced : refused(...orderRefusals(priced.refusals));
}

/** The same for somebody who only wants to know, also before the sale opens. What is left of the quota isn't looked at. */
export async function previewPurchase(
  { board, orderDesk }: { readonly board: ItemBoard; readonly orderDesk: OrderDesk },
  wish: Wish,
  { call, at }: { readonly call: Call; readonly at: Date },
): Promise<Outcome<FlashSalePrice & { readonly currency: string }>> {
  const { channel } = call.viewer;
  const item = wantedItem(await board.item(wish.itemId), { quantity: wish.quantity, channel });
  if (!item.ok) return item;
  if (flashSaleStatus(item.value, at) === 'ENDED') return refused(notOpen(item.value));
  const priced = await pricePurchase(orderDesk, item.value, wish, call);
  return priced.ok ? accepted({ ...priced.value, currency: item.value.currency }) : priced;
}
