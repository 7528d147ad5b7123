import { newId } from '#kit/ids/ids.ts';
import { systemViewer, type Viewer } from '#kit/viewer/viewer.ts';
import { shopIn } from './documents.ts';
import { openPaymentsIn } from './open-payments.ts';
import { address, member, onSale, type Answer, type OrderWorld } from './order-world.ts';

const noon = new Date('2026-11-22T08:00:00Z');
const dayMs = 24 * 3_600_000;

/** An instant so many days after the world's clock begins, as ISO text. */
export const inDays = (days: number) => new Date(noon.getTime() + days * dayMs).toISOString();

/** What tests of presales ask again and again, and what happens around them. */
export function presaleShopIn(world: OrderWorld) {
  const { neighbours, clock } = world;
  const shop = shopIn(world);

  /** ¥100 of which ¥10 now, counting for ¥20: deposits for a day, balances from the 3rd to the 5th day, goods on the 8th. */
  function presale(more: Record<string, unknown> = {}, units = 100): { presaleId: string; skuId: string } {
    const skuId = onSale(neighbours, { minor: 12_000, units });
    const presaleId = newId('presale');
    neighbours.presales.set(presaleId, {
      ...{ skuId, priceMinor: 10_000, depositMinor: 1_000, depositWorthMinor: 2_000, currency: 'CNY', quota: 10 },
      ...{ depositTo: inDays(1), balanceFrom: inDays(3), balanceTo: inDays(5), shipsAfter: inDays(8) },
      labels: { channelPrice: 'Price', presalePrice: 'Presale price', deposit: 'Deposit counts for more' },
      ...{ ifUnpaid: 'FORFEIT' as const, ...more },
    });
    return { presaleId, skuId };
  }

  const presaleParts = `presale { presale { id } phase deposit { amount } depositWorth { amount } balance { amount } due { amount } depositPaidAt balanceDueAt
    balanceFrom balanceTo shipsAfter ifUnpaid forfeited { amount } }`;
  const facts = `... on PresaleSoldOutError { remaining } ... on InvalidStateError { state } ... on BalanceNotDueError { balanceFrom balanceTo }`;
  const place = (viewer: Viewer, presaleId: string, input: Record<string, unknown> = {}): Promise<Answer> =>
    shop.mutate(
      viewer,
      'placePresaleOrder',
      { presaleId, quantity: 1, address, idempotencyKey: newId('request'), ...input },
      `order { id status expiresAt total { amount } ${presaleParts} } userErrors { code path ${facts} }`,
    );
  const pay = (viewer: Viewer, orderId: string): Promise<Answer> =>
    shop.mutate(
      viewer,
      'payOrder',
      { orderId, provider: 'TEST', idempotencyKey: newId('request') },
      `payment { part amount { amount } } order { status ${presaleParts} } userErrors { code path ${facts} }`,
    );
  const seen = async (viewer: Viewer, id: string): Promise<Answer> =>
    (
      await world.ask(
        viewer,
        `query ($id: ID!) { order(id: $id) { status refundStatus expiresAt paidAt refunded { amount } total { amount } ${presaleParts}
          lines { shipsAfter } plannedDeliveries { earliest } payments { part status amount { amount } refunded { amount } }
          refunds { cause amount { amount } status } timeline { status note } } }`,
        { id },
      )
    ).order;
  const openBalances = () => world.subgraph.runJob('open-balances');
  const closeUnpaid = () => world.subgraph.runJob('close-unpaid-orders');
  const namesOf = async (orderId: string) => (await world.eventsOf(orderId)).map(({ name }) => name);
  const notesOf = (order: Answer) => order.timeline.map(({ note }: Answer) => note);

  /** An order of a member whose deposit is paid. */
  async function deposited(more: Record<string, unknown> = {}, units = 100) {
    const viewer = member(newId('member'));
    const { presaleId, skuId } = presale(more, units);
    const { order } = await place(viewer, presaleId);
    await pay(viewer, order.id);
    return { viewer, presaleId, skuId, orderId: String(order.id) };
  }

  /** The same, with its balance due. */
  async function due(more: Record<string, unknown> = {}) {
    const made = await deposited(more);
    clock.set(inDays(3));
    await openBalances();
    return made;
  }

  /** What the books say about these orders. */
  async function findings(...orderIds: string[]): Promise<Answer[]> {
    const call = { viewer: systemViewer('verify'), requestId: newId('request') };
    const { discrepancies } = (await world.subgraph.call('/internal/verify', {}, call)) as Answer;
    return discrepancies.filter(({ subject }: Answer) => orderIds.some((id) => subject.startsWith(id)));
  }

  return {
    presale,
    place,
    pay,
    seen,
    openBalances,
    closeUnpaid,
    namesOf,
    notesOf,
    deposited,
    due,
    ...openPaymentsIn(world),
    findings,
  };
}
