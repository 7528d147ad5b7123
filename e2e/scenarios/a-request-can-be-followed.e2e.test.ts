import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { eventually } from '#kit/testing/eventually.ts';
import { startTraceReceiver, treeOf, type ReceivedSpan, type TraceReceiver } from '#kit/testing/trace-receiver.ts';
import { ProductPageDocument, SaveAddressDocument } from '../__generated__/operations.ts';
import { startPrivateGraph, type PrivateGraph } from '../setup/private-graph.ts';
import { topologies } from '../setup/world-facts.ts';
import { accepted } from '../world/client.ts';
import { sourceOf } from '../world/documents.ts';
import { aShop, type Shop } from '../world/shop.ts';
import { homeAddress } from '../world/shopper.ts';

const phone = '13912345679';
const recipient = '欧阳不许追踪';

describe.each(topologies)('a request can be followed (%s)', (topology) => {
  let receiver: TraceReceiver;
  let graph: PrivateGraph;
  let shop: Shop;
  beforeAll(async () => {
    receiver = await startTraceReceiver();
    const asksAlways = { NEAR_CACHE: 'off', ANSWERS_KEPT_MS: '0' };
    const env = { OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url, OTEL_TRACES_SAMPLER_ARG: '1', ...asksAlways };
    graph = await startPrivateGraph(topology, { env });
    shop = await aShop(graph);
  });
  afterAll(async () => {
    await graph?.stop();
    await receiver?.stop();
  });
  /** The traces in which something of that name was done, each with its spans, the earliest first. */
  const tracesWith = (name: string): ReceivedSpan[][] =>
    receiver.spans
      .filter((span) => span.name === name)
      .map(({ traceId }) => receiver.spans.filter((span) => span.traceId === traceId));
  const isCommand = ({ attributes }: ReceivedSpan): boolean => attributes['db.system.name'] === 'mongodb';
  const asked = (subgraph: string): string[] => [
    `  gateway: call ${subgraph} /graphql`,
    `    ${subgraph}: ${subgraph} /graphql`,
    `      ${subgraph}: execute`,
  ];
  const everybodyAsked = [...asked('logistics'), ...asked('product'), ...asked('promotion')];

  test('through the gateway, three subgraphs and their databases, when it comes for the first time and when it comes again', async () => {
    const { slug } = await shop.product({ price: '10.00', stock: 5 });
    for (let count = 0; count < 2; count += 1) {
      await shop.guest().ask(ProductPageDocument, { slug, region: '上海市' });
    }
    await eventually(async () => expect(tracesWith('query ProductPage')).toHaveLength(2));

    const [first = [], again = []] = tracesWith('query ProductPage');
    const work = (spans: readonly ReceivedSpan[]) => treeOf(spans.filter((span) => !isCommand(span)));
    // What released clients send was planned before the gateway said that it is ready.
    const atFirst = ['  gateway: parse', '  gateway: project', '  gateway: validate'];
    expect(work(first)).toEqual(['gateway: query ProductPage', ...everybodyAsked, ...atFirst]);
    expect(work(again)).toEqual(['gateway: query ProductPage', ...everybodyAsked, '  gateway: project']);
    for (const subgraph of ['logistics', 'product', 'promotion']) {
      const execute = again.find(({ service, name }) => service === subgraph && name === 'execute');
      const commands = again.filter(({ parentSpanId }) => parentSpanId === execute?.spanId);
      expect(commands.map(isCommand)).toContain(true);
      expect(commands.every(({ service }) => service === subgraph)).toBe(true);
    }
  });

  test('in the trace that its client has begun', async () => {
    const traceId = '4bf92f3577b34da6a3ce929d0e0e4736';
    const answer = await fetch(`${graph.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', traceparent: `00-${traceId}-00f067aa0ba902b7-00` },
      body: JSON.stringify({ query: sourceOf('ProductPage'), variables: { slug: 'not-there' } }),
    });
    expect(answer.status).toBe(200);
    await eventually(async () => {
      const spans = receiver.spans.filter((span) => span.traceId === traceId);
      const whole = spans.find(({ name }) => name === 'query ProductPage');
      expect(whole?.parentSpanId).toBe('00f067aa0ba902b7');
      expect(whole?.attributes).toMatchObject({
        'graphql.operation.type': 'query',
        'graphql.operation.name': 'ProductPage',
        'fullchain.request_id': answer.headers.get('x-request-id'),
        'http.response.status_code': 200,
      });
      expect(spans.map(({ name }) => name)).toContain('product /graphql');
    });
  });

  test('to the reactions that it causes elsewhere, and nothing says whom it was about', async () => {
    const product = await shop.product({ price: '10.00', stock: 5 });
    const shopper = await shop.shopper();
    const address = { ...homeAddress, recipient, phone };
    const { saveAddress } = await shopper.client.ask(SaveAddressDocument, { input: address });
    const addressId = accepted(saveAddress, 'address').id;
    const order = await shopper.places([{ skuId: product.sku.id, quantity: 1 }], { addressId, note: recipient });
    await shopper.pays(order);

    await eventually(async () => {
      const paid = tracesWith('mutation PayOrder').flat();
      for (const subscriber of ['product', 'logistics']) {
        const told = paid.find(({ service, name }) => service === subscriber && name === `${subscriber} /events`);
        expect([subscriber, paid.find(({ spanId }) => spanId === told?.parentSpanId)?.service]).toEqual([
          subscriber,
          'order',
        ]);
      }
    });
    const exported = receiver.bodies.join('\n');
    for (const secret of [phone, recipient, shopper.email, homeAddress.line]) expect(exported).not.toContain(secret);
  });
});
