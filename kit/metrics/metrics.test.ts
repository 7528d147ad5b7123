import { describe, expect, test } from '@jest/globals';
import { createMetrics } from './metrics.ts';

describe('the metrics of a service', () => {
  test('count and time in seconds, under the name of the service', async () => {
    const metrics = createMetrics('order');
    metrics.mongoCommand({ database: 'order', collection: 'orders', command: 'find', ms: 20, ok: true });
    metrics.mongoCommand({ database: 'order', collection: 'orders', command: 'find', ms: 30, ok: true });
    metrics.subgraphRequest({ kind: 'entities', outcome: 'ok', ms: 5 });
    metrics.neighbourCall({ target: 'logistics', operation: 'reserve', outcome: 'error', ms: 2_000 });
    metrics.eventDelivered({ subscriber: 'logistics', lagMs: 40 });
    metrics.jobRun({ job: 'cancel-unpaid-orders', outcome: 'ok', ms: 1_500 });

    const text = await metrics.text();
    const labels = 'service="order",database="order",collection="orders",command="find",outcome="ok"';
    expect(text).toContain(`fullchain_mongo_command_seconds_count{${labels}} 2`);
    expect(text).toContain(`fullchain_mongo_command_seconds_sum{${labels}} 0.05`);
    for (const [name, own, seconds] of [
      ['subgraph_request', 'kind="entities",outcome="ok"', 0.005],
      ['neighbour_call', 'target="logistics",operation="reserve",outcome="error"', 2],
      ['event_lag', 'subscriber="logistics"', 0.04],
      ['job_run', 'job="cancel-unpaid-orders",outcome="ok"', 1.5],
    ]) {
      expect(text).toContain(`fullchain_${name}_seconds_sum{service="order",${own}} ${seconds}`);
    }
  });

  test('of two services in one process stay apart', async () => {
    const order = createMetrics('order');
    const member = createMetrics('member');
    order.counter('orders_placed_total', 'Orders placed', ['channel']).inc({ channel: 'web' });
    expect(await order.text()).toContain('orders_placed_total{channel="web",service="order"} 1');
    expect(await member.text()).not.toContain('orders_placed_total');
  });

  test('hand out the same counter and histogram for the same name', async () => {
    const metrics = createMetrics('order');
    metrics.counter('a_total', 'A', []).inc();
    metrics.counter('a_total', 'A', []).inc();
    metrics.histogram('b_size', 'B', [], [1, 10]).observe(5);
    metrics.histogram('b_size', 'B', [], [1, 10]).observe(50);
    const text = await metrics.text();
    expect(text).toContain('a_total{service="order"} 2');
    expect(text).toContain('b_size_bucket{le="10",service="order"} 1');
    expect(text).toContain('b_size_count{service="order"} 2');
  });

  test('include the process only where asked', async () => {
    expect(await createMetrics('order').text()).not.toContain('process_resident_memory_bytes');
    expect(await createMetrics('gateway', { process: true }).text()).toContain(
      'process_resident_memory_bytes{service="gateway"}',
    );
  });
});
