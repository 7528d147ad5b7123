import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { systemClock } from '#kit/clock/clock.ts';
import { eventually } from '#kit/testing/eventually.ts';
import { inProcessTransport } from '#kit/transport/transport.ts';
import { OrderMoneyDocument, RequestAfterSaleDocument } from '../__generated__/operations.ts';
import { startPrivateGraph, type PrivateGraph } from '../setup/private-graph.ts';
import { topologies } from '../setup/world-facts.ts';
import { accepted, type Client } from '../world/client.ts';
import { aShop, type Shop } from '../world/shop.ts';
import { newKey } from '../world/unique.ts';
import { verifyGraph } from '../../scripts/verify/verify-graph.ts';

const text = `query ($stream: AuditStream!, $subject: ID) { auditLog(stream: $stream, first: 50, filter: { subject: $subject }) {
  nodes { actorKind actorId action outcome subjects facts place } } }`;

interface Entry {
  readonly actorKind: string;
  readonly actorId: string | null;
  readonly action: string;
  readonly outcome: string;
  readonly subjects: readonly string[];
  readonly facts: { readonly input?: Record<string, unknown> } & Record<string, unknown>;
  readonly place: number | null;
}

describe.each(topologies)('what staff and money did can be read (%s)', (topology) => {
  let graph: PrivateGraph;
  let shop: Shop;
  beforeAll(async () => {
    graph = await startPrivateGraph(topology);
    shop = await aShop(graph);
  });
  afterAll(() => graph?.stop());

  const entriesOf = async (stream: string, subject: string, reader: Client = shop.staff) => {
    const { data, errors } = await reader.sendText(text, { stream, subject });
    expect(errors).toEqual([]);
    const log = data?.['auditLog'] as { readonly nodes: Entry[] } | undefined;
    return log?.nodes ?? [];
  };

  test('who made and published a product, in the product subgraph’s log', async () => {
    const product = await shop.product({ price: '68.00', stock: 5 });
    const entries = await entriesOf('PRODUCT', product.id);
    expect(entries.map(({ action, outcome, actorKind }) => [action, outcome, actorKind])).toEqual([
      ['publishProduct', 'DONE', 'STAFF'],
      ['createProduct', 'DONE', 'STAFF'],
    ]);
    expect(new Set(entries.map(({ actorId }) => actorId)).size).toBe(1);
    expect(JSON.stringify(entries)).not.toContain(product.title);
  });

  test('that an order was paid and its money went back, once each, with the amounts', async () => {
    const product = await shop.product({ price: '10.00', stock: 5 });
    const shopper = await shop.shopper();
    const order = await shopper.places([{ skuId: product.sku.id, quantity: 2 }]);
    await shopper.pays(order);
    await shop.warehouse.findsIn(order);
    const { requestAfterSale } = await shopper.client.ask(RequestAfterSaleDocument, {
      input: {
        orderId: order.id,
        kind: 'REFUND_ONLY',
        lines: [{ orderLineId: order.lines[0]?.id ?? '', quantity: 2 }],
        reason: '不想要了',
        idempotencyKey: newKey(),
      },
    });
    accepted(requestAfterSale, 'afterSale');
    await eventually(async () => {
      expect((await shopper.client.ask(OrderMoneyDocument, { id: order.id })).order?.refundStatus).toBe('FULL');
    });
    const amountMinor = Math.round(Number(order.total.amount) * 100);
    expect(
      (await entriesOf('ORDER', order.id)).map(({ action, actorKind, facts }) => [
        action,
        actorKind,
        facts['amountMinor'],
      ]),
    ).toEqual([
      ['refund.given', 'SYSTEM', amountMinor],
      ['payment.settled', 'SYSTEM', amountMinor],
    ]);
  });

  test('by staff only', async () => {
    const shopper = await shop.shopper({ region: null });
    for (const [client, code] of [
      [shop.guest(), 'UNAUTHENTICATED'],
      [shopper.client, 'FORBIDDEN'],
      [await shop.partner(['partner:orders']), 'FORBIDDEN'],
    ] as const) {
      const { data, errors } = await client.sendText(text, { stream: 'MEMBER', subject: null });
      expect([data, errors.map(({ extensions }) => extensions.code)]).toEqual([null, [code]]);
    }
  });

  test('and gets its place in a chain that two witnesses remember', async () => {
    const product = await shop.product({ price: '5.00', stock: 1 });
    for (const subgraph of Object.values(graph.subgraphs)) await subgraph.runJob('seal-audit-entries');
    const entries = await entriesOf('PRODUCT', product.id);
    expect(entries.every(({ place }) => place !== null)).toBe(true);
    const transport = inProcessTransport({
      subgraphOf: (name) => graph.subgraphs[name],
      secrets: ['of whoever compares the books, long enough'],
      clock: systemClock,
    });
    await eventually(async () => {
      const verified = await verifyGraph({ transport, secondLookMs: 10 });
      const witnessed = verified.filter(({ invariant }) =>
        invariant.endsWith('the audit log is as its witnesses saw it'),
      );
      expect(witnessed.map(({ discrepancies }) => discrepancies)).toEqual([[], [], [], [], []]);
      expect(witnessed.filter(({ count }) => count > 0).length).toBeGreaterThanOrEqual(4);
    });
  });
});
