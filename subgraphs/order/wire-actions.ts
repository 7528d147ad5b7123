import type { Logger } from 'pino';
import { createAuditLog } from '#kit/audit-log/audit-log.ts';
import type { Clock } from '#kit/clock/clock.ts';
import { createSharedTransaction } from '#kit/group-commit/shared-transaction.ts';
import { createIdempotency } from '#kit/idempotency/idempotency.ts';
import { createOnce } from '#kit/idempotency/once.ts';
import { createTransact, type Database } from '#kit/mongo/transaction.ts';
import type { Outbox } from '#kit/outbox/outbox.ts';
import { createCloseAfterSales } from './after-sale/actions/close-after-sales.ts';
import { createAddCartLines } from './cart/actions/add-cart-lines.ts';
import { createApplyCouponCode } from './cart/actions/apply-coupon-code.ts';
import { createCartKeeper } from './cart/actions/keep-cart.ts';
import { createRemoveCouponCode } from './cart/actions/remove-coupon-code.ts';
import { createUpdateCartLine } from './cart/actions/update-cart-line.ts';
import { createPriceCheckout } from './checkout/queries/price-checkout.ts';
import type { OrderConfig } from './config.ts';
import type { Actions, Lists } from './context.ts';
import { createImportExternalOrder } from './external-order/actions/import-external-order.ts';
import { readOrderChanges } from './external-order/queries/read-order-changes.ts';
import { createHonourLatePayment } from './late-payment/actions/honour-late-payment.ts';
import { askAgain, type Neighbours } from './neighbours.ts';
import { listInvoices } from './invoice/queries/list-invoices.ts';
import { createCancelOrder } from './order/actions/cancel-order.ts';
import { createCancelPaidOrder } from './order/actions/cancel-paid-order.ts';
import { createConfirmReceipt } from './order/actions/confirm-receipt.ts';
import { createGiveUpPaidOrder } from './order/actions/give-up-paid-order.ts';
import { createEndUnpaidOrder } from './order/actions/end-unpaid-order.ts';
import { answerOf, createPlaceOnce } from './order/actions/place-once.ts';
import { createPlaceOrder } from './order/actions/place-order.ts';
import { listOrders } from './order/queries/list-orders.ts';
import { holdPoints } from './order/steps/hold-points.ts';
import { lockBenefits } from './order/steps/lock-benefits.ts';
import { createPlacingSaga } from './order/steps/place-by-saga.ts';
import { reserveStock } from './order/steps/reserve-stock.ts';
import { createAskProvider } from './payment/actions/ask-provider.ts';
import { createPayOrder } from './payment/actions/pay-order.ts';
import { createReconcileDay } from './payment/actions/reconcile-day.ts';
import { createReceivePaymentNotification } from './payment/actions/receive-payment-notification.ts';
import { createSettlePayment } from './payment/actions/settle-payment.ts';
import { paymentElsewhere } from './payment/domain/payment-elsewhere.ts';
import { readReconciliation } from './payment/queries/read-reconciliation.ts';
import { createProviders } from './payment/providers/providers.ts';
import { usableProviders } from './payment/providers/usable-providers.ts';
import type { OrderPrivacy } from './personal-data/order-privacy.ts';
import { createPlacePresaleOrder } from './presale/actions/place-presale-order.ts';
import { createRefundDesk } from './refund/actions/refund-desk.ts';
import { createAfterSaleActions } from './wire-after-sales.ts';
import { createEditActions } from './wire-edits.ts';
import { createInvoiceActions } from './wire-invoices.ts';
import { createOrderOperations } from './wire-operations.ts';
import type { Stores } from './wire-stores.ts';

/** What the actions are made of. */
export interface ActionParts {
  readonly connection: Database;
  readonly outbox: Outbox;
  readonly stores: Stores;
  readonly neighbours: Neighbours;
  readonly privacy: OrderPrivacy;
  readonly config: OrderConfig;
  readonly clock: Clock;
  readonly log: Logger;
}

/** Every action with what it needs, and the parts that jobs and reactions share with them. */
export function createActions({ connection, outbox, stores, neighbours, privacy, config, clock, log }: ActionParts) {
  const { carts, feed, orders, orderLists, payments, refunds, afterSales } = stores;
  const { product, promotion, member, logistics } = neighbours;
  const auditLog = createAuditLog(outbox, clock);
  const transact = createTransact(connection);
  const share = createSharedTransaction(connection);
  const idempotency = createIdempotency(connection);
  const once = createOnce(idempotency);
  const providers = createProviders(usableProviders(config, clock));
  const keeper = createCartKeeper({ carts, transact, clock });
  const priceCheckout = createPriceCheckout(neighbours, keeper.find, { forDisplay: false });
  const previewCheckout = createPriceCheckout(neighbours, keeper.find, { forDisplay: true });

  const steps = [reserveStock(logistics), lockBenefits(promotion), holdPoints(member)];
  const saga = createPlacingSaga({
    orders,
    privacy,
    steps,
    confirmation: {
      takeFromCarts: keeper.takeBought,
      recordAnswers: (session, placed) =>
        idempotency.recordAnswers(
          session,
          placed.map(({ place, orderId }) => ({ place, result: answerOf(orderId) })),
        ),
      recordPaidElsewhere: (session, order) => payments.insert(session, paymentElsewhere(order)),
    },
    share,
    clock,
    log,
  });
  const refundDesk = createRefundDesk({
    refunds,
    payments,
    orders,
    refundMoney: providers.refundMoney,
    auditLog,
    transact,
    clock,
    log,
  });
  const closeAfterSales = createCloseAfterSales({ afterSales, orders });
  const giveUpPaidOrder = createGiveUpPaidOrder({ orders, refunds, refundDesk, closeAfterSales });
  const endUnpaidOrder = createEndUnpaidOrder({ orders, payments, refundDesk });
  const cancelPaidOrder = createCancelPaidOrder({ orders, logistics, refundDesk, giveUpPaidOrder, transact, clock });
  const { latePayments, orderEdits: edits } = stores;
  const paying = { latePayments, orders, payments, refundDesk, transact, clock, log };
  const { carryOutEdit, editOrder } = createEditActions({
    ...{ stores, neighbours, steps, refundDesk },
    ...{ once, transact, clock, unpaidMs: config.unpaidMs },
  });
  const honourLatePayment = createHonourLatePayment({ ...paying, steps });
  const settlePayment = createSettlePayment({
    ...{ ...paying, auditLog, share, honourLatePayment, edits, carryOutEdit },
    recordAnswers: idempotency.recordAnswers,
  });
  const askProvider = createAskProvider({ payments, providers, settlePayment, clock, log });
  const { reconciliations } = stores;
  const reconcileDay = createReconcileDay({ payments, refunds, reconciliations, providers, clock, log });
  const receiveNotification = createReceivePaymentNotification({
    payments,
    providers,
    settlePayment,
    refundDesk,
    clock,
    log,
  });
  const windowMs = config.afterSaleWindowMs;
  const afterSaleParts = {
    ...{ stores, neighbours, refundDesk, giveUpPaidOrder },
    ...{ privacy, once, transact, clock, log, windowMs },
  };
  const { afterSaleActions, ...afterSaleJobs } = createAfterSaleActions(afterSaleParts);
  const { invoiceActions, invoiceDesk } = createInvoiceActions({ stores, privacy, config, once, transact, clock, log });
  const placeOnce = createPlaceOnce({ once, saga, orders, privacy });
  const placing = { placeOnce, clock, unpaidMs: config.unpaidMs };
  const placeOrder = createPlaceOrder({ ...placing, priceCheckout });

  /** The same function, telling its caller to ask again when a neighbour could not be asked. */
  function patient<Args extends unknown[], Result>(act: (...args: Args) => Promise<Result>) {
    return async (...args: Args): Promise<Result> => {
      try {
        return await act(...args);
      } catch (error) {
        throw askAgain(error, log);
      }
    };
  }

  const { operations, carryOutRegrouping, carryOutAddressChange } = createOrderOperations({
    ...{ stores, neighbours, refundDesk, privacy },
    ...{ once, transact, clock },
  });
  const { regroupOrders } = operations;
  const actions: Actions = {
    ...operations,
    changeOrderAddress: patient(operations.changeOrderAddress),
    editOrder: {
      preview: patient(editOrder.preview),
      edit: patient(editOrder.edit),
      giveUp: patient(editOrder.giveUp),
    },
    regroupOrders: { split: patient(regroupOrders.split), merge: patient(regroupOrders.merge) },
    findCart: keeper.find,
    addCartLines: patient(createAddCartLines({ keeper, product })),
    updateCartLine: createUpdateCartLine({ keeper }),
    applyCouponCode: patient(createApplyCouponCode({ keeper, promotion })),
    removeCouponCode: createRemoveCouponCode({ keeper }),
    previewCheckout: patient(previewCheckout),
    placeOrder: patient(placeOrder),
    placePresaleOrder: patient(createPlacePresaleOrder({ ...placing, ...neighbours })),
    payOrder: patient(
      createPayOrder({
        orders,
        payments,
        edits,
        providers,
        member,
        receiveNotification,
        askProvider,
        once,
        clock,
        log,
      }),
    ),
    cancelOrder: patient(
      createCancelOrder({ orders, endUnpaidOrder, refundDesk, cancelPaidOrder, privacy, once, transact, clock }),
    ),
    confirmReceipt: createConfirmReceipt({ orders, transact, clock }),
    ...afterSaleActions,
    ...invoiceActions,
    requestAfterSale: patient(afterSaleActions.requestAfterSale),
    approveAfterSale: patient(afterSaleActions.approveAfterSale),
    receiveReturnedGoods: patient(afterSaleActions.receiveReturnedGoods),
    importExternalOrder: patient(createImportExternalOrder({ product, saga, clock })),
  };
  const lists: Lists = {
    orders: (conditions, page) => listOrders(orderLists, conditions, page),
    invoices: (statuses, page) => listInvoices(stores.invoices, statuses, page),
    reconciliation: (provider, date) => readReconciliation(stores.reconciliations, provider, date),
    orderChanges: (asked) => readOrderChanges(feed, asked),
  };
  return {
    actions,
    lists,
    keeper,
    saga,
    refundDesk,
    cancelPaidOrder,
    endUnpaidOrder,
    honourLatePayment,
    carryOutRegrouping,
    carryOutAddressChange,
    carryOutEdit,
    giveUpUnpaid: editOrder.giveUpUnpaid,
    receiveNotification,
    askProvider,
    reconcileDay,
    ...afterSaleJobs,
    invoiceDesk,
    privacy,
    transact,
    patient,
  };
}

export type WiredActions = ReturnType<typeof createActions>;
