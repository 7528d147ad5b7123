import { describe, expect, test } from '@jest/globals';
import {
  advance,
  remainingBefore,
  stages,
  stagesOf,
  statusOf,
  transitions,
  whenDone,
  type Fulfillment,
  type FulfillmentAction,
  type Stage,
} from './fulfillment.ts';

const at = new Date('2026-06-18T02:00:00Z');
const step = (action: FulfillmentAction, callId = 'call') => ({ action, at, by: 'stf_1', callId });

function fulfillmentIn(stage: Stage): Fulfillment {
  return {
    id: 'ful_1',
    orderId: 'ord_1',
    orderNumber: '1',
    memberId: null,
    channel: 'web',
    warehouseId: 'w',
    stage,
    lines: [],
    parcels: [],
    allocatedAt: at,
    steps: [],
  };
}

describe('the way of a fulfillment', () => {
  test('goes from allocation to delivery', () => {
    let fulfillment = fulfillmentIn('ALLOCATED');
    for (const action of ['START_PICKING', 'PICK', 'PACK', 'SHIP', 'DELIVER'] as const) {
      const outcome = advance(fulfillment, step(action, action));
      if (!outcome.ok) throw new Error(action);
      fulfillment = outcome.value;
    }
    expect(fulfillment.stage).toBe('DELIVERED');
    expect(whenDone(fulfillment, 'PACK')).toEqual(at);
    expect(whenDone(fulfillment, 'CANCEL')).toBeNull();
  });

  test('allows exactly what the table says, and names the status otherwise', () => {
    const allowed: string[] = [];
    for (const stage of stages) {
      for (const action of Object.keys(transitions) as FulfillmentAction[]) {
        const outcome = advance(fulfillmentIn(stage), step(action));
        if (outcome.ok) allowed.push(`${stage} ${action} ${outcome.value.stage}`);
        else expect(outcome.refusals).toMatchObject([{ code: 'INVALID_STATE', state: statusOf(stage) }]);
      }
    }
    expect(allowed).toEqual([
      'ALLOCATED START_PICKING PICKING',
      'ALLOCATED PICK PICKED',
      'ALLOCATED CANCEL CANCELLED',
      'PICKING PICK PICKED',
      'PICKING CANCEL CANCELLED',
      'PICKED PACK PACKED',
      'PICKED CANCEL CANCELLED',
      'PACKED SHIP SHIPPED',
      'PACKED CANCEL CANCELLED',
      'SHIPPED DELIVER DELIVERED',
    ]);
  });

  test('reaches every stage from allocation', () => {
    const reached = new Set<Stage>(['ALLOCATED']);
    for (const _ of stages) {
      for (const { from, to } of Object.values(transitions))
        if (from.some((stage) => reached.has(stage))) reached.add(to);
    }
    expect([...reached].sort()).toEqual([...stages].sort());
  });

  test('takes a repeated call as done, even when the fulfillment has gone on', () => {
    const gone = { ...fulfillmentIn('SHIPPED'), steps: [step('PICK', 'first')] };
    expect(advance(gone, step('PICK', 'first'))).toEqual({ ok: true, value: gone });
    expect(advance(gone, step('PICK', 'second'))).toMatchObject({ ok: false });
  });
});

test('what is picked is shown as being picked', () => {
  expect(statusOf('PICKED')).toBe('PICKING');
  expect(stagesOf('PICKING')).toEqual(['PICKING', 'PICKED']);
  expect(stagesOf('ALLOCATED')).toEqual(['ALLOCATED']);
});

test('what remains of an order leaves cancelled fulfillments out', () => {
  const order = (['PACKED', 'SHIPPED', 'DELIVERED', 'CANCELLED'] as const).map((stage) => ({ stage }));
  expect(remainingBefore('SHIP', order)).toBe(1);
  expect(remainingBefore('DELIVER', order)).toBe(2);
});
