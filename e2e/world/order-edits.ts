import {
  EditOrderDocument,
  OrderEditPreviewDocument,
  type CartLineInput,
  type OrderLineQuantityInput,
} from '../__generated__/operations.ts';
import { accepted } from './client.ts';
import type { Shopper } from './shopper.ts';
import { newKey } from './unique.ts';

/** What a shopper wants to have otherwise. */
export interface EditWish {
  readonly quantities?: OrderLineQuantityInput[];
  readonly additions?: CartLineInput[];
  readonly couponIds?: string[];
  readonly pointsToSpend?: number;
}

/** A shopper edits an order for the price that they are shown first, as a client does; the edit. */
export async function editsOrder({ client }: Shopper, { id: orderId }: { readonly id: string }, wish: EditWish) {
  const { orderEditPreview } = await client.ask(OrderEditPreviewDocument, { input: { orderId, ...wish } });
  const { amount, currency } = accepted(orderEditPreview, 'preview').total;
  const input = { orderId, ...wish, expectedTotal: { amount, currency }, idempotencyKey: newKey() };
  return accepted((await client.ask(EditOrderDocument, { input })).editOrder, 'edit');
}
