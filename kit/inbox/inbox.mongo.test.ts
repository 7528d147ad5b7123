import { beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { DomainEvent } from '#kit/events/events.ts';
import { newId } from '#kit/ids/ids.ts';
import { createInbox, reaction, reactionToAll } from '#kit/inbox/inbox.ts';
import { defineCollection, ensureIndexes } from '#kit/mongo/connect.ts';
import { testDatabase } from '#kit/testing/test-database.ts';

const db = testDatabase();
const counters = defineCollection<{ _id: string; applied: number }>(db.connection, 'counters');
const count = async (name: string) => (await counters().findOne({ _id: name }))?.applied ?? 0;
const counting = (name: string) =>
  reaction({
    name,
    on: 'stock.availability-changed',
    async react(event, session) {
      await counters().updateOne(
        { _id: `${name} ${event.payload.skuId}` },
        { $inc: { applied: 1 } },
        { session, upsert: true },
      );
    },
  });

function soldOut(skuId: string): DomainEvent {
  const payload = { skuId, inStock: false };
  const at = '2026-11-22T08:00:00.000Z';
  return { id: newId('event'), name: 'stock.availability-changed', aggregateId: skuId, version: 1, at, payload };
}

beforeAll(async () => {
  createInbox(db.connection, []);
  await ensureIndexes(db.connection);
});
beforeEach(() => counters().deleteMany({}));

describe('the inbox', () => {
  test('applies an event once and knows it for a duplicate afterwards, also after a restart', async () => {
    const event = soldOut('s1');
    expect(await createInbox(db.connection, [counting('hide')]).receive(event)).toBe('applied');
    expect(await createInbox(db.connection, [counting('hide')]).receive(event)).toBe('duplicate');
    expect(await count('hide s1')).toBe(1);
  });

  test('applies it once when it is delivered twenty times at once', async () => {
    const inbox = createInbox(db.connection, [counting('hide')]);
    const event = soldOut('s2');
    const receipts = await Promise.all(Array.from({ length: 20 }, () => inbox.receive(event)));
    expect(receipts.filter((receipt) => receipt === 'applied')).toHaveLength(1);
    expect(receipts.filter((receipt) => receipt === 'duplicate')).toHaveLength(19);
    expect(await count('hide s2')).toBe(1);
  });

  test('applies of those that come together only what has not run before', async () => {
    const known = soldOut('s8');
    await createInbox(db.connection, [counting('hide')]).receive(known);
    const inbox = createInbox(db.connection, [counting('hide')]);
    const receipts = await Promise.all([known, soldOut('s9'), soldOut('s10')].map((event) => inbox.receive(event)));
    expect(receipts).toEqual(['duplicate', 'applied', 'applied']);
    expect(await Promise.all(['s8', 's9', 's10'].map((sku) => count(`hide ${sku}`)))).toEqual([1, 1, 1]);
  });

  test('ignores what nobody here listens to', async () => {
    const inbox = createInbox(db.connection, []);
    expect(await inbox.receive(soldOut('s3'))).toBe('ignored');
  });

  test('undoes the effect of a reaction that fails half way, and lets the next delivery do it', async () => {
    let failing = true;
    const halfWay = reaction({
      name: 'half way',
      on: 'stock.availability-changed',
      async react(event, session) {
        await counting('half way').reactToAll([event], session);
        if (failing) throw new Error('crashed between effect and commit');
      },
    });
    const inbox = createInbox(db.connection, [halfWay]);
    const event = soldOut('s4');
    await expect(inbox.receive(event)).rejects.toThrow('crashed between effect and commit');
    expect(await count('half way s4')).toBe(0);
    failing = false;
    expect(await inbox.receive(event)).toBe('applied');
    expect(await count('half way s4')).toBe(1);
  });

  test('gives a reaction that takes many all events that came together, and tries each alone when one can not be taken', async () => {
    const seen: string[][] = [];
    const together = reactionToAll({
      name: 'together',
      on: 'stock.availability-changed',
      async reactToAll(events, session) {
        seen.push(events.map(({ payload }) => payload.skuId));
        for (const event of events) {
          await counting('together').reactToAll([event], session);
          if (event.payload.skuId === 'bad') throw new Error('bad');
        }
      },
    });
    const inbox = createInbox(db.connection, [together]);
    // The first two take the two places for transactions; what comes meanwhile is one group.
    const outcomes = await Promise.allSettled(['a', 'b', 'c', 'bad', 'd'].map((sku) => inbox.receive(soldOut(sku))));
    expect(outcomes.map(({ status }) => status)).toEqual([
      'fulfilled',
      'fulfilled',
      'fulfilled',
      'rejected',
      'fulfilled',
    ]);
    expect(Math.max(...seen.map((skus) => skus.length))).toBeGreaterThan(1);
    expect(seen).toContainEqual(['bad']);
    for (const sku of ['a', 'b', 'c', 'd']) expect(await count(`together ${sku}`)).toBe(1);
    expect(await count('together bad')).toBe(0);
  });

  test('applies nothing again when the process died between the effect and the acknowledgement', async () => {
    const inbox = createInbox(db.connection, [counting('hide')]);
    const event = soldOut('s5');
    await inbox.receive(event);
    // The sender never heard of it and delivers again, to another process.
    expect(await createInbox(db.connection, [counting('hide')]).receive(event)).toBe('duplicate');
    expect(await count('hide s5')).toBe(1);
  });

  test('runs every reaction to an event, each once, even when one of them fails', async () => {
    let failing = true;
    const broken = reaction({
      name: 'broken',
      on: 'stock.availability-changed',
      async react() {
        if (failing) throw new Error('broken');
      },
    });
    const inbox = createInbox(db.connection, [broken, counting('second')]);
    const event = soldOut('s6');
    await expect(inbox.receive(event)).rejects.toThrow('broken');
    expect(await count('second s6')).toBe(1);
    failing = false;
    expect(await inbox.receive(event)).toBe('applied');
    expect(await count('second s6')).toBe(1);
    expect(await inbox.receive(event)).toBe('duplicate');
  });

  test('does not take a duplicate key of the reaction itself for a repetition', async () => {
    await counters().insertOne({ _id: 'taken', applied: 0 });
    const clashing = reaction({
      name: 'clashing',
      on: 'stock.availability-changed',
      react: async (_event, session) => void (await counters().insertOne({ _id: 'taken', applied: 1 }, { session })),
    });
    await expect(createInbox(db.connection, [clashing]).receive(soldOut('s7'))).rejects.toThrow('E11000');
  });

  test('refuses two reactions of one name', () => {
    expect(() => createInbox(db.connection, [counting('same'), counting('same')])).toThrow(
      'Two reactions are called "same".',
    );
  });
});
