import { loaderByKey, loaderOfLists } from '#kit/loaders/loaders.ts';
import type { AfterSale } from '../after-sale/domain/after-sale.ts';
import type { AfterSales } from '../after-sale/store/after-sales.ts';
import type { OrderEdit } from '../edit/domain/order-edit.ts';
import type { OrderEdits } from '../edit/store/order-edits.ts';
import type { Invoice } from '../invoice/domain/invoice.ts';
import type { Invoices } from '../invoice/store/invoices.ts';
import type { Payment } from '../payment/domain/payment.ts';
import type { Payments } from '../payment/store/payments.ts';
import type { Refund } from '../refund/domain/refund.ts';
import type { Refunds } from '../refund/store/refunds.ts';
import type { Order } from './domain/order.ts';
import type { Orders } from './store/orders.ts';

/** What the loaders read from. */
interface LoadedStores {
  readonly orders: Orders;
  readonly payments: Payments;
  readonly refunds: Refunds;
  readonly afterSales: AfterSales;
  readonly invoices: Invoices;
  readonly orderEdits: OrderEdits;
}

/** Makes the loaders of one request: at most one query for each, however many orders a page shows. With `memberId` only orders and invoices of that member are found. */
export function createOrderLoaders(stores: LoadedStores, memberId: string | null) {
  const { orders, payments, refunds, invoices, afterSales, orderEdits } = stores;
  return {
    orderById: loaderByKey(async (ids: readonly string[]) =>
      keyed(await orders.byIds(ids, memberId), (order: Order) => order._id),
    ),
    orderByNumber: loaderByKey(async (numbers: readonly string[]) =>
      keyed(await orders.byNumbers(numbers, memberId), (order: Order) => order.number),
    ),
    paymentById: loaderByKey(async (ids: readonly string[]) =>
      keyed(await payments.byIds(ids), (payment: Payment) => payment._id),
    ),
    paymentsByOrder: loaderOfLists(async (ids: readonly string[]) =>
      Map.groupBy(await payments.ofOrders(ids), (payment: Payment) => payment.orderId),
    ),
    refundsByOrder: loaderOfLists(async (ids: readonly string[]) =>
      Map.groupBy(await refunds.ofOrders(ids), (refund: Refund) => refund.orderId),
    ),
    editsByOrder: loaderOfLists(async (ids: readonly string[]) =>
      Map.groupBy(await orderEdits.ofOrders(ids), (edit: OrderEdit) => edit.orderId),
    ),
    invoiceById: loaderByKey(async (ids: readonly string[]) =>
      keyed(await invoices.byIds(ids, memberId), (invoice: Invoice) => invoice._id),
    ),
    invoicesByOrder: loaderOfLists(async (ids: readonly string[]) =>
      Map.groupBy(await invoices.ofOrders(ids), (invoice: Invoice) => invoice.orderId),
    ),
    afterSaleById: loaderByKey(async (ids: readonly string[]) =>
      keyed(await afterSales.byIds(ids), (afterSale: AfterSale) => afterSale._id),
    ),
    afterSalesByOrder: loaderOfLists(async (ids: readonly string[]) =>
      Map.groupBy(await afterSales.ofOrders(ids), (afterSale: AfterSale) => afterSale.orderId),
    ),
  };
}

export type OrderLoaders = ReturnType<typeof createOrderLoaders>;

function keyed<Row>(rows: readonly Row[], keyOf: (row: Row) => string): Map<string, Row> {
  return new Map(rows.map((row) => [keyOf(row), row]));
}
