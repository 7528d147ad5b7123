import { combineResolvers } from '#kit/graphql/combine-resolvers.ts';
import { complete } from '#kit/graphql/complete-resolvers.ts';
import { loadTypeDefs } from '#kit/graphql/type-defs.ts';
import { measureGroups } from '#kit/group-commit/metrics.ts';
import { createIdempotency } from '#kit/idempotency/idempotency.ts';
import { createOnce } from '#kit/idempotency/once.ts';
import { createMemberMerges, ownRows } from '#kit/member-merges/member-merges.ts';
import { createTransact } from '#kit/mongo/transaction.ts';
import { productOperations } from '#kit/neighbours/product.ts';
import { createOutbox } from '#kit/outbox/outbox.ts';
import { createSubgraph, type Subgraph } from '#kit/subgraph/subgraph.ts';
import { changesOf, nearCacheFeed, openDatabase, type Wiring } from '#kit/subgraph/wiring.ts';
import { joinOperations, neighbourOf } from '#kit/transport/neighbours.ts';
import { memberIdOrNull } from '#kit/viewer/viewer.ts';
import type { Resolvers, ResolversParentTypes } from './__generated__/types.ts';
import { createActions } from './actions.ts';
import { readLogisticsConfig } from './config.ts';
import type { Context } from './context.ts';
import { fulfillmentMutations } from './fulfillment/fulfillment-mutations.resolvers.ts';
import { fulfillmentResolvers } from './fulfillment/fulfillment.resolvers.ts';
import { allocateFulfillmentsWhenOrderPaid } from './fulfillment/reactions/allocate-fulfillments-when-order-paid.ts';
import { holdFulfillmentsWhenOrderHeld } from './fulfillment/reactions/hold-fulfillments-when-order-held.ts';
import { stopFulfillmentsWhenOrderCancelled } from './fulfillment/reactions/stop-fulfillments-when-order-cancelled.ts';
import { createLoaders } from './loaders.ts';
import { networkMutations } from './network/network-mutations.resolvers.ts';
import { networkResolvers } from './network/network.resolvers.ts';
import { provideManyReservations } from './many-reservations.ts';
import { provideOperations } from './operations.ts';
import { regroupingDoors } from './regrouping/regrouping-doors.ts';
import { releaseExpiredReservations } from './reservation/jobs/release-expired-reservations.ts';
import { returnsDoors } from './returns/returns-doors.ts';
import { orderEditDoors } from './order-edit/order-edit-doors.ts';
import { freeGoodsWhenPresaleCancelled } from './set-aside/reactions/free-goods-when-presale-cancelled.ts';
import { setGoodsAsideWhenPresaleCreated } from './set-aside/reactions/set-goods-aside-when-presale-created.ts';
import { shipmentResolvers } from './shipment/shipment.resolvers.ts';
import { reportStockDiscrepancies } from './stock/jobs/report-stock-discrepancies.ts';
import { createAvailabilityCache } from './stock/memory/availability-cache.ts';
import { createSkus } from './stock/neighbours/skus.ts';
import { stockResolvers } from './stock/stock.resolvers.ts';
import { createStores } from './stores.ts';
import { verifyOperations } from './verify/verify-operations.ts';

/** Wires the logistics subgraph: its stores, what acts on them, and who may ask. */
export async function createApp(wiring: Wiring): Promise<Subgraph> {
  const { clock, log, metrics, transport } = wiring;
  const policy = readLogisticsConfig(wiring.env);
  const connection = await openDatabase('logistics', wiring);
  const outbox = createOutbox(connection, { source: 'logistics' });
  const changes = changesOf(connection, wiring);
  const stored = createStores(outbox);
  const shown = createAvailabilityCache(stored, nearCacheFeed(changes, wiring));
  const stores = { ...stored, stock: shown.stock };
  const transact = createTransact(connection, { firstRows: true });
  const transactGroup = createTransact(connection, { giveUpAfterMs: 1_000 });
  const once = createOnce(createIdempotency(connection));
  const merges = createMemberMerges(connection, {
    belongings: [ownRows(connection, 'fulfillments'), ownRows(connection, 'shipments')],
    transact,
    clock,
  });
  const skus = createSkus(neighbourOf(productOperations, transport));
  const observeReservations = measureGroups(metrics, 'reservations');
  const tools = { shown, transact, transactGroup, once, skus, outbox, clock, policy, log, observeReservations };
  const actions = createActions({ stores, ...tools });
  const parts = { ...stores, ...actions, outbox, clock };

  return createSubgraph<Context>({
    name: 'logistics',
    connection,
    outbox,
    typeDefs: loadTypeDefs('logistics'),
    resolvers: complete<Resolvers, ResolversParentTypes>()(
      combineResolvers(
        networkResolvers,
        networkMutations,
        stockResolvers,
        fulfillmentResolvers,
        fulfillmentMutations,
        shipmentResolvers,
      ),
    ),
    context: (request) => ({
      ...request,
      loaders: createLoaders(
        stores,
        actions.readNetworkNow,
        request.readsFromMemory ? shown : null,
        // Who it is, is asked only where that matters: what is shown to all of a tier is remembered.
        () => memberIdOrNull(request.viewer),
      ),
      stores,
      actions,
      skus,
      policy,
    }),
    fromMemory: { loaders: ['network', 'unitsOf'] },
    operations: joinOperations(
      provideOperations(actions, stores, transact),
      regroupingDoors({ ...stores, ...actions }),
      returnsDoors(actions),
      orderEditDoors(actions),
      provideManyReservations(actions),
      verifyOperations({ outbox, clock, fulfillments: stores.fulfillments, reservations: stores.reservations }),
    ),
    reactions: [
      allocateFulfillmentsWhenOrderPaid(parts),
      stopFulfillmentsWhenOrderCancelled(actions),
      holdFulfillmentsWhenOrderHeld(parts),
      setGoodsAsideWhenPresaleCreated(parts),
      freeGoodsWhenPresaleCancelled(parts),
      merges.reaction,
    ],
    jobs: [
      releaseExpiredReservations({ reservations: stores.reservations, desk: actions.desk }),
      reportStockDiscrepancies({ transact, audit: stores.audit, log }),
      merges.job,
    ],
    clock,
    log,
    metrics,
    changes,
    transport,
  });
}
