import type { Connection } from 'mongoose';
import { combineResolvers } from '#kit/graphql/combine-resolvers.ts';
import { complete } from '#kit/graphql/complete-resolvers.ts';
import { loadTypeDefs } from '#kit/graphql/type-defs.ts';
import { manyReservations } from '#kit/neighbours/flash-sale-orders.ts';
import { createOutbox } from '#kit/outbox/outbox.ts';
import { createPersonalData } from '#kit/personal-data/personal-data.ts';
import { rewrapDataKeys } from '#kit/personal-data/rewrap-data-keys.ts';
import { createSubgraph, type Subgraph } from '#kit/subgraph/subgraph.ts';
import { changesOf, openDatabase, type Wiring } from '#kit/subgraph/wiring.ts';
import { joinOperations, neighbourOf } from '#kit/transport/neighbours.ts';
import { memberIdOrNull } from '#kit/viewer/viewer.ts';
import type { Resolvers, ResolversParentTypes } from './__generated__/types.ts';
import { addressResolvers } from './address/address.resolvers.ts';
import { finishAddressChanges } from './address/jobs/finish-address-changes.ts';
import { afterSaleResolvers } from './after-sale/after-sale.resolvers.ts';
import { endExchangeWhenReplacementShipped } from './after-sale/reactions/end-exchange-when-replacement-shipped.ts';
import { finishAfterSales } from './after-sale/jobs/finish-after-sales.ts';
import { cartResolvers } from './cart/cart.resolvers.ts';
import { createCartPricing } from './cart/queries/price-cart.ts';
import { joinGuestCartWhenMemberSignedIn } from './cart/reactions/join-guest-cart-when-member-signed-in.ts';
import { checkoutResolvers } from './checkout/checkout.resolvers.ts';
import { readOrderConfig, type OrderConfig } from './config.ts';
import type { Context } from './context.ts';
import { forgetErasedShoppers } from './erasure/jobs/forget-erased-shoppers.ts';
import { forgetShopperWhenMemberErased } from './erasure/reactions/forget-shopper-when-member-erased.ts';
import { editResolvers } from './edit/edit.resolvers.ts';
import { finishOrderEdits } from './edit/jobs/finish-order-edits.ts';
import { externalOrderResolvers } from './external-order/external-order.resolvers.ts';
import { flashSaleDoors } from './flash-sale/flash-sale-doors.ts';
import { holdResolvers } from './hold/hold.resolvers.ts';
import { finishLatePayments } from './late-payment/jobs/finish-late-payments.ts';
import { afterSalesByReceipt } from './migrations/after-sales-by-receipt.ts';
import { sealPersonalData } from './migrations/seal-personal-data.ts';
import { sealWords } from './migrations/seal-words.ts';
import { invoiceResolvers } from './invoice/invoice.resolvers.ts';
import { askInvoiceIssuer } from './invoice/jobs/ask-invoice-issuer.ts';
import { correctInvoiceWhenOrderRefunded } from './invoice/reactions/correct-invoice-when-order-refunded.ts';
import { neighboursBehind } from './neighbours.ts';
import { followMerges } from './merge/follow-merges.ts';
import { noteResolvers } from './note/note.resolvers.ts';
import { closeUnpaidOrders } from './order/jobs/close-unpaid-orders.ts';
import { completeShippedOrders } from './order/jobs/complete-shipped-orders.ts';
import { finishCancellations } from './order/jobs/finish-cancellations.ts';
import { undoAbandonedPlacings } from './order/jobs/undo-abandoned-placings.ts';
import { createOrderLoaders } from './order/order.loaders.ts';
import { orderResolvers } from './order/order.resolvers.ts';
import {
  markDeliveredWhenShipmentDelivered,
  markShippedWhenFulfillmentShipped,
  noteAllocationWhenFulfillmentAllocated,
} from './order/reactions/follow-parcels.ts';
import {
  cancelOrderWhenBenefitsLost,
  cancelOrderWhenFulfillmentImpossible,
} from './order/reactions/give-up-what-cannot-be-sent.ts';
import { orderDoors } from './order-doors.ts';
import { askProviders } from './payment/jobs/ask-providers.ts';
import { reconcilePayments } from './payment/jobs/reconcile-payments.ts';
import { createOrderPrivacy } from './personal-data/order-privacy.ts';
import { paymentRoutes } from './payment/payment-routes.ts';
import { paymentResolvers } from './payment/payment.resolvers.ts';
import { closeWithdrawnPresaleOrders } from './presale/jobs/close-withdrawn-presale-orders.ts';
import { openBalances } from './presale/jobs/open-balances.ts';
import { presaleResolvers } from './presale/presale.resolvers.ts';
import { closeOrdersWhenPresaleCancelled } from './presale/reactions/close-orders-when-presale-cancelled.ts';
import { quoteResolvers } from './quote/quote.resolvers.ts';
import { finishPendingRefunds } from './refund/jobs/finish-pending-refunds.ts';
import { refundResolvers } from './refund/refund.resolvers.ts';
import { finishRegroupings } from './split-and-merge/jobs/finish-regroupings.ts';
import { splitAndMergeResolvers } from './split-and-merge/split-and-merge.resolvers.ts';
import { verifyOperations } from './verify/verify-operations.ts';
import { createActions } from './wire-actions.ts';
import { createStores } from './wire-stores.ts';

/** The order subgraph: carts, checkout, orders, payments, after-sales. */
export async function createApp(wiring: Wiring): Promise<Subgraph> {
  const config = readOrderConfig(wiring.env);
  const connection = await openDatabase('order', wiring);
  try {
    return wire(wiring, config, connection);
  } catch (error) {
    await connection.close();
    throw error;
  }
}

function wire(wiring: Wiring, config: OrderConfig, connection: Connection): Subgraph {
  const { transport, clock, log, metrics } = wiring;
  const outbox = createOutbox(connection, { source: 'order' });
  const personalData = createPersonalData(connection, { scope: 'order', secrets: config.personalDataKeys });
  const neighbours = neighboursBehind(transport);
  const stores = createStores(connection, outbox);
  const { orders, payments, refunds, afterSales, presaleOrders } = stores;
  const privacy = createOrderPrivacy(personalData);
  const parts = createActions({ connection, outbox, stores, neighbours, privacy, config, clock, log });
  const { actions, lists, keeper, saga, refundDesk, transact, patient } = parts;
  const merges = followMerges({ connection, stores, keeper, personalData, clock });
  const forgetting = { ...stores, merges, personalData, clock, transact };

  const subgraph = createSubgraph<Context>({
    name: 'order',
    connection,
    outbox,
    typeDefs: loadTypeDefs('order'),
    resolvers: complete<Resolvers, ResolversParentTypes>()(
      combineResolvers(
        quoteResolvers,
        cartResolvers,
        checkoutResolvers,
        orderResolvers,
        paymentResolvers,
        refundResolvers,
        afterSaleResolvers,
        invoiceResolvers,
        editResolvers,
        externalOrderResolvers,
        holdResolvers,
        noteResolvers,
        splitAndMergeResolvers,
        addressResolvers,
        presaleResolvers,
      ),
    ),
    context: (request) => {
      const { viewer, requestId, signal } = request;
      const call = { viewer, requestId, signal };
      const { factsOf, quoteOf } = createCartPricing(neighbours, call);
      return {
        ...request,
        call,
        actions,
        lists,
        loaders: createOrderLoaders(stores, memberIdOrNull(viewer)),
        privacy,
        cartPricing: { factsOf: patient(factsOf), quoteOf: patient(quoteOf) },
      };
    },
    operations: joinOperations(
      orderDoors(parts, stores, merges, config),
      flashSaleDoors({ connection, outbox, changes: stores.feed, neighbours, transport, privacy, clock, patient }),
      verifyOperations({ outbox, clock, orders, afterSales, edits: stores.orderEdits }),
    ),
    reactions: [
      joinGuestCartWhenMemberSignedIn({ keeper }),
      noteAllocationWhenFulfillmentAllocated({ orders }),
      markShippedWhenFulfillmentShipped({ orders }),
      endExchangeWhenReplacementShipped({ orders, afterSales }),
      correctInvoiceWhenOrderRefunded({ orders, invoices: stores.invoices, clock }),
      markDeliveredWhenShipmentDelivered({ orders }),
      cancelOrderWhenFulfillmentImpossible({ orders }),
      cancelOrderWhenBenefitsLost({ orders }),
      closeOrdersWhenPresaleCancelled({ presaleOrders }),
      forgetShopperWhenMemberErased(forgetting),
      merges.reaction,
    ],
    migrations: [afterSalesByReceipt, sealPersonalData(privacy), sealWords(privacy)],
    jobs: [
      closeUnpaidOrders({ ...parts, orders }),
      openBalances({ orders, presaleOrders, reservations: neighbourOf(manyReservations, transport), transact, log }),
      closeWithdrawnPresaleOrders({ ...parts, presaleOrders }),
      completeShippedOrders({ orders, transact, autoReceiveMs: config.autoReceiveMs }),
      undoAbandonedPlacings({ orders, saga, log }),
      finishCancellations({ orders, cancelPaidOrder: parts.cancelPaidOrder, log }),
      finishLatePayments({ latePayments: stores.latePayments, honourLatePayment: parts.honourLatePayment, log }),
      finishOrderEdits({ ...parts, edits: stores.orderEdits, clock, log }),
      finishAddressChanges({ ...parts, addresses: stores.addresses, log }),
      finishRegroupings({ regroupings: stores.regroupings, carryOutRegrouping: parts.carryOutRegrouping, log }),
      askProviders({ payments, askProvider: parts.askProvider, log }),
      reconcilePayments({ reconciliations: stores.reconciliations, reconcileDay: parts.reconcileDay, log }),
      finishPendingRefunds({ refunds, refundDesk }),
      finishAfterSales({ ...parts, afterSales, log }),
      rewrapDataKeys(personalData, log),
      forgetErasedShoppers(forgetting),
      merges.job,
      askInvoiceIssuer({ invoices: stores.invoices, invoiceDesk: parts.invoiceDesk }),
    ],
    routes: paymentRoutes(parts.receiveNotification),
    changes: changesOf(connection, wiring),
    clock,
    log,
    metrics,
    transport,
  });
  return {
    ...subgraph,
    async migrate() {
      await personalData.check();
      await subgraph.migrate();
    },
  };
}
