import { beforeAll, describe, expect, test } from '@jest/globals';
import { newId } from '#kit/ids/ids.ts';
import { testDatabase } from '#kit/testing/test-database.ts';
import { systemViewer } from '#kit/viewer/viewer.ts';
import { logisticsWorld } from './fixtures/logistics-world.ts';
import { viewers } from './fixtures/viewers.ts';

const db = testDatabase();
const world = logisticsWorld(db);
beforeAll(() => world.subgraph().start());
const asMember = (id: string) => ({ ...viewers.guest, kind: 'MEMBER' as const, id });
const merged = (from: string, into: string) => world.tell('member.merged', { memberId: from, into });
const tracked = async (trackingNumber: string, memberId: string) => {
  const query = `query ($number: String!) { shipment(trackingNumber: $number) { trackingNumber } }`;
  return (await world.graph<{ shipment: unknown }>(query, { number: trackingNumber }, asMember(memberId))).shipment;
};
const left = async () => {
  const call = { viewer: systemViewer('verify'), requestId: newId('request') };
  const report = (await world.subgraph().call('/internal/verify', {}, call)) as {
    discrepancies: { invariant: string }[];
  };
  return report.discrepancies.filter(({ invariant }) => invariant.startsWith('merges'));
};
const ofMember = (name: string, memberId: string) => db.connection.collection(name).countDocuments({ memberId });

describe('parcels of a member who turns out to be another one', () => {
  test('are the other one’s on their way and before it, and not the first one’s', async () => {
    const [from, into] = [newId('member'), newId('member')];
    await world.shipped('ord_merged_sent', { merged_sent: 1 }, from);
    const packing = await world.allocated('ord_merged_kept', { merged_kept: 1 }, from);
    expect(await tracked('ord-merged-sent', from)).not.toBeNull();
    await merged(from, into);
    expect(await tracked('ord-merged-sent', into)).toEqual({ trackingNumber: 'ord-merged-sent' });
    expect(await tracked('ord-merged-sent', from)).toBeNull();
    await world.ship(packing, 'ord-merged-kept');
    expect(await tracked('ord-merged-kept', into)).not.toBeNull();
    expect(await Promise.all(['fulfillments', 'shipments'].map((name) => ofMember(name, from)))).toEqual([0, 0]);
  });

  test('of an order whose payment was told before and arrives late follow at the next look, and the books agree', async () => {
    const [from, into] = [newId('member'), newId('member')];
    await merged(from, into);
    await world.subgraph().runJob('follow-merged-members');
    await world.allocated('ord_merged_late', { merged_late: 1 }, from);
    world.clock.advance(2 * 60_000);
    await world.subgraph().runJob('follow-merged-members');
    expect(await ofMember('fulfillments', into)).toBe(1);
    expect(await left()).toEqual([]);
  });
});
