import type { Once } from '#kit/idempotency/once.ts';
import type { TransactOutcome } from '#kit/mongo/transaction.ts';
import type { flashSaleOrders } from '#kit/neighbours/flash-sale-orders.ts';
import type { Outbox } from '#kit/outbox/outbox.ts';
import type { productOperations } from '#kit/neighbours/product.ts';
import type { Neighbour } from '#kit/transport/neighbours.ts';
import type { LockDesk } from './benefits/actions/lock-desk.ts';
import type { BenefitStores } from './benefits/benefit-stores.ts';
import type { ClaimDesk } from './coupon/actions/claim-desk.ts';
import type { OrderDesk } from './flash-sale/actions/order-desk.ts';
import type { CrowdControl } from './flash-sale/memory/crowd-control.ts';
import type { ItemBoard } from './flash-sale/memory/item-board.ts';
import type { ReleaseOrder } from './flash-sale/actions/purchase-flash-sale-item.ts';
import type { OfferCache } from './offer/memory/offer-cache.ts';
import type { TicketDesk } from './flash-sale/actions/ticket-desk.ts';

/** Everything that the actions and queries of the marketing centre work with. */
export interface Marketing extends BenefitStores {
  readonly transact: TransactOutcome;
  readonly lockDesk: LockDesk;
  readonly claimDesk: ClaimDesk;
  readonly ticketDesk: TicketDesk;
  readonly orderDesk: OrderDesk;
  readonly board: ItemBoard;
  readonly crowdControl: CrowdControl;
  readonly releaseOrder: ReleaseOrder;
  readonly once: Once;
  /** What shoppers are shown. */
  readonly offers: OfferCache;
  readonly outbox: Outbox;
  readonly product: Neighbour<typeof productOperations>;
  readonly orders: Neighbour<typeof flashSaleOrders>;
}
