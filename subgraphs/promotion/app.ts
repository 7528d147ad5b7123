import { combineResolvers } from '#kit/graphql/combine-resolvers.ts';
import { complete } from '#kit/graphql/complete-resolvers.ts';
import { loadTypeDefs } from '#kit/graphql/type-defs.ts';
import { measureGroups } from '#kit/group-commit/metrics.ts';
import { createIdempotency } from '#kit/idempotency/idempotency.ts';
import { createOnce } from '#kit/idempotency/once.ts';
import { createMemberMerges } from '#kit/member-merges/member-merges.ts';
import { createTransact, createTransactOutcome } from '#kit/mongo/transaction.ts';
import { flashSaleOrders } from '#kit/neighbours/flash-sale-orders.ts';
import { productOperations } from '#kit/neighbours/product.ts';
import { createOutbox } from '#kit/outbox/outbox.ts';
import { createSubgraph, type Subgraph } from '#kit/subgraph/subgraph.ts';
import { changesOf, nearCacheFeed, openDatabase, type Wiring } from '#kit/subgraph/wiring.ts';
import { joinOperations, neighbourOf } from '#kit/transport/neighbours.ts';
import type { Resolvers, ResolversParentTypes } from './__generated__/types.ts';
import { createLockDesk } from './benefits/actions/lock-desk.ts';
import { releaseBenefits } from './benefits/actions/release-benefits.ts';
import { releaseOverdueBenefits } from './benefits/jobs/release-overdue-benefits.ts';
import { returnBenefitsWhenOrderCancelled } from './benefits/reactions/return-benefits-when-order-cancelled.ts';
import { returnBenefitsWhenOrderRefunded } from './benefits/reactions/return-benefits-when-order-refunded.ts';
import { useBenefitsWhenOrderEdited } from './benefits/reactions/use-benefits-when-order-edited.ts';
import { useBenefitsWhenOrderPaid } from './benefits/reactions/use-benefits-when-order-paid.ts';
import { createUseBenefits } from './benefits/steps/use-benefits.ts';
import { createBenefitLockStore } from './benefits/store/benefit-locks.ts';
import { readPromotionConfig } from './config.ts';
import type { Context } from './context.ts';
import { createClaimDesk } from './coupon/actions/claim-desk.ts';
import { couponResolvers } from './coupon/coupon.resolvers.ts';
import { expireCoupons } from './coupon/jobs/expire-coupons.ts';
import { createClaimBooks } from './coupon/store/claim-books.ts';
import { createCouponTemplateStore } from './coupon/store/coupon-templates.ts';
import { createCouponStore } from './coupon/store/coupons.ts';
import { createOrderDesk } from './flash-sale/actions/order-desk.ts';
import { createTicketDesk } from './flash-sale/actions/ticket-desk.ts';
import { flashSaleResolvers } from './flash-sale/flash-sale.resolvers.ts';
import { settleLeftTickets } from './flash-sale/jobs/settle-left-tickets.ts';
import { createCrowdControl } from './flash-sale/memory/crowd-control.ts';
import { openCrowdBuckets } from './flash-sale/store/crowd-buckets.ts';
import { followFlashItems } from './flash-sale/memory/follow-flash-items.ts';
import { createItemBoard } from './flash-sale/memory/item-board.ts';
import { salesWithBoard } from './flash-sale/memory/sales-with-board.ts';
import { createFlashSaleStore } from './flash-sale/store/flash-sales.ts';
import { createFlashTicketStore } from './flash-sale/store/flash-tickets.ts';
import { createLoaders } from './loaders.ts';
import type { Marketing } from './marketing.ts';
import { moveCoupons } from './merge/steps/move-coupons.ts';
import { moveLocks } from './merge/steps/move-locks.ts';
import { moveTickets } from './merge/steps/move-tickets.ts';
import { createOfferCache } from './offer/memory/offer-cache.ts';
import { offerResolvers } from './offer/offer.resolvers.ts';
import { provideOperations } from './operations.ts';
import { promotionResolvers } from './promotion/promotion.resolvers.ts';
import { presaleResolvers } from './presale/presale.resolvers.ts';
import { createPresaleStore } from './presale/store/presales.ts';
import { createPromotionStore } from './promotion/store/promotions.ts';
import { verifyOperations } from './verify/verify-operations.ts';

/** The marketing centre: promotions, coupons, flash sales and the price engine. */
export async function createApp(wiring: Wiring): Promise<Subgraph> {
  const { clock, log, metrics, transport } = wiring;
  const connection = await openDatabase('promotion', wiring);
  const templates = createCouponTemplateStore(connection);
  const coupons = createCouponStore(connection);
  const crowdRates = readPromotionConfig(wiring.env);
  const crowd = openCrowdBuckets(connection, wiring);
  const allSales = createFlashSaleStore(connection);
  const tickets = createFlashTicketStore(connection);
  const board = createItemBoard({
    item: async (itemId) => (await allSales.itemsByIds([itemId])).get(itemId) ?? null,
    buyers: (itemId) => tickets.buyersOf(itemId),
  });
  const changes = changesOf(connection, wiring);
  followFlashItems(changes, board);
  const allPromotions = createPromotionStore(connection);
  const sales = salesWithBoard(allSales, board);
  const offers = createOfferCache({ promotions: allPromotions, sales }, nearCacheFeed(changes, wiring), clock);
  const stores = {
    promotions: offers.promotions,
    templates,
    coupons,
    claimBooks: createClaimBooks(templates, coupons),
    sales: offers.sales,
    tickets,
    presales: createPresaleStore(connection),
    locks: createBenefitLockStore(connection),
  };
  const transactGroup = createTransact(connection, { giveUpAfterMs: 1_000 });
  const groupsOf = (name: string) => ({ transactGroup, observe: measureGroups(metrics, name) });
  const orders = neighbourOf(flashSaleOrders, transport);
  const transact = createTransactOutcome(connection, { firstRows: true });
  const outbox = createOutbox(connection, { source: 'promotion' });
  const marketing: Marketing = {
    ...stores,
    transact,
    lockDesk: createLockDesk({ stores, ...groupsOf('benefits') }),
    claimDesk: createClaimDesk({ ...stores, ...groupsOf('coupons') }),
    ticketDesk: createTicketDesk({ ...stores, ...groupsOf('flash-tickets') }),
    board,
    crowdControl: createCrowdControl(crowdRates, crowd),
    orderDesk: createOrderDesk({ ...stores, orders }),
    releaseOrder: (orderId, at) => releaseBenefits({ stores, transact }, { orderId, attempt: 1 }, at),
    outbox,
    offers,
    once: createOnce(createIdempotency(connection)),
    product: neighbourOf(productOperations, transport),
    orders,
  };
  const merges = createMemberMerges(connection, {
    belongings: [moveCoupons(stores), moveLocks(stores), moveTickets(stores)],
    transact: createTransact(connection, { firstRows: true }),
    clock,
  });
  const useBenefits = createUseBenefits(marketing, outbox, clock);
  const subgraph = createSubgraph<Context>({
    name: 'promotion',
    connection,
    outbox,
    typeDefs: loadTypeDefs('promotion'),
    resolvers: complete<Resolvers, ResolversParentTypes>()(
      combineResolvers(promotionResolvers, couponResolvers, flashSaleResolvers, presaleResolvers, offerResolvers),
    ),
    context: (request) => {
      const at = clock.now();
      return { ...request, marketing, loaders: createLoaders(marketing, request, at), at };
    },
    fromMemory: { loaders: ['runningPromotions', 'offerFor', 'promotionsFor'] },
    operations: joinOperations(
      provideOperations(marketing, clock),
      verifyOperations({ outbox, clock, locks: stores.locks }),
    ),
    reactions: [
      useBenefitsWhenOrderPaid(useBenefits),
      useBenefitsWhenOrderEdited(useBenefits),
      returnBenefitsWhenOrderCancelled(marketing, clock),
      returnBenefitsWhenOrderRefunded(marketing, clock),
      merges.reaction,
    ],
    jobs: [
      expireCoupons(marketing),
      settleLeftTickets(marketing),
      releaseOverdueBenefits({ stores: marketing, transact: marketing.transact }),
      merges.job,
    ],
    changes,
    clock,
    log,
    metrics,
    transport,
  });
  return {
    ...subgraph,
    async stop() {
      await Promise.all([crowd.members.close(), crowd.addresses.close()]);
      await subgraph.stop();
    },
  };
}
