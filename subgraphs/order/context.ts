import type { ConnectionParent, Page } from '#kit/connection/connection.ts';
import type { BaseContext } from '#kit/graphql/base-context.ts';
import type { Call } from '#kit/transport/transport.ts';
import type { AddCartLines } from './cart/actions/add-cart-lines.ts';
import type { ApplyCouponCode } from './cart/actions/apply-coupon-code.ts';
import type { CartKeeper } from './cart/actions/keep-cart.ts';
import type { RemoveCouponCode } from './cart/actions/remove-coupon-code.ts';
import type { UpdateCartLine } from './cart/actions/update-cart-line.ts';
import type { CartPricing } from './cart/queries/price-cart.ts';
import type { PriceCheckout } from './checkout/queries/price-checkout.ts';
import type { EditOrder } from './edit/actions/edit-order.ts';
import type { ImportExternalOrder } from './external-order/actions/import-external-order.ts';
import type { OrderChangePage } from './external-order/queries/read-order-changes.ts';
import type { Invoice, InvoiceStatus } from './invoice/domain/invoice.ts';
import type { CancelOrder } from './order/actions/cancel-order.ts';
import type { ConfirmReceipt } from './order/actions/confirm-receipt.ts';
import type { PlaceOrder } from './order/actions/place-order.ts';
import type { Order } from './order/domain/order.ts';
import type { OrderLoaders } from './order/order.loaders.ts';
import type { OrderConditions } from './order/store/order-lists.ts';
import type { PaymentProviderName } from './payment/domain/payment.ts';
import type { Reconciliation } from './payment/domain/reconciliation.ts';
import type { OrderPrivacy } from './personal-data/order-privacy.ts';
import type { PlacePresaleOrder } from './presale/actions/place-presale-order.ts';
import type { AfterSaleActions } from './wire-after-sales.ts';
import type { InvoiceActions } from './wire-invoices.ts';
import type { OrderOperations } from './wire-operations.ts';
import type { PayOrder } from './payment/actions/pay-order.ts';

/** What a person, a partner or staff can do. Each throws BUSY when a neighbour that it needs can't be asked. */
export interface Actions extends OrderOperations, AfterSaleActions, InvoiceActions {
  readonly findCart: CartKeeper['find'];
  readonly addCartLines: AddCartLines;
  readonly updateCartLine: UpdateCartLine;
  readonly applyCouponCode: ApplyCouponCode;
  readonly removeCouponCode: RemoveCouponCode;
  readonly previewCheckout: PriceCheckout;
  readonly placeOrder: PlaceOrder;
  readonly placePresaleOrder: PlacePresaleOrder;
  readonly editOrder: Pick<EditOrder, 'preview' | 'edit' | 'giveUp'>;
  readonly payOrder: PayOrder;
  readonly cancelOrder: CancelOrder;
  readonly confirmReceipt: ConfirmReceipt;
  readonly importExternalOrder: ImportExternalOrder;
}

/** What can be read in lists. */
export interface Lists {
  orders(conditions: OrderConditions, page: Page): Promise<ConnectionParent<Order>>;
  invoices(statuses: readonly InvoiceStatus[] | null, page: Page): Promise<ConnectionParent<Invoice>>;
  reconciliation(provider: PaymentProviderName, date: string): Promise<Reconciliation | null>;
  orderChanges(asked: { since: string | null; first: number; partnerId: string | null }): Promise<OrderChangePage>;
}

/** What every resolver of the order subgraph has at hand. */
export interface Context extends BaseContext {
  /** The request on its way to a neighbour. */
  readonly call: Call;
  readonly actions: Actions;
  readonly lists: Lists;
  readonly loaders: OrderLoaders;
  /** Opens what orders say of people. */
  readonly privacy: OrderPrivacy;
  readonly cartPricing: CartPricing;
}
