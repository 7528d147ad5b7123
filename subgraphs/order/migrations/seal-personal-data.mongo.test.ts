import { describe, expect, test } from '@jest/globals';
import { createPersonalData } from '#kit/personal-data/personal-data.ts';
import { testDatabase } from '#kit/testing/test-database.ts';
import { createOrderPrivacy } from '../personal-data/order-privacy.ts';
import type { Answer } from '../testing/order-world.ts';
import { sealPersonalData } from './seal-personal-data.ts';
import { sealWords } from './seal-words.ts';

const address = {
  recipient: '欧阳不可见',
  phone: '13977778888',
  region: '上海市',
  city: '无锡市秘',
  line: '隐私路 4711 号',
  postalCode: '214999',
};
const secret = {
  ...{ recipient: address.recipient, phone: address.phone, city: address.city, line: address.line },
  wish: '请交给邻居司马藏',
  staffNote: '已致电慕容密',
  title: '上官隐有限公司',
  taxNumber: '91350100M000100Y43',
  email: 'zhuge.hidden@example.net',
};

describe('the migration', () => {
  const { connection } = testDatabase();

  test('seals what orders and invoices of before say, and a second run changes nothing', async () => {
    const staffNotes = [{ id: 'req_1', text: secret.staffNote, author: 'stf_1', at: new Date(0) }];
    const plain = { address, note: secret.wish, staffNotes };
    const rows = [
      { _id: 'ord_1', memberId: 'mbr_1', ...plain },
      { _id: 'ord_2', memberId: null, address, note: null },
    ];
    const { title, taxNumber, email } = secret;
    const buyer = { kind: 'COMPANY' as const, title, taxNumber, email };
    await connection.collection('orders').insertMany(rows as never);
    const invoice = { _id: 'inv_1', orderId: 'ord_1', memberId: 'mbr_1', buyer };
    await connection.collection('invoices').insertOne(invoice as never);

    const secrets = ['a secret for the test of a migration'];
    const privacy = createOrderPrivacy(createPersonalData(connection, { scope: 'order', secrets }));
    const { up } = sealPersonalData(privacy);
    await up(connection);
    const all = async () => ({
      orders: await connection.collection<Answer>('orders').find().sort({ _id: 1 }).toArray(),
      invoices: await connection.collection<Answer>('invoices').find().toArray(),
    });
    const once = await all();
    const [first, second] = once.orders as Answer[];
    expect([await privacy.addressOf(first), await privacy.addressOf(second)]).toEqual([address, address]);
    expect([await privacy.wishOf(first), await privacy.wishOf(second)]).toEqual([secret.wish, null]);
    expect([await privacy.notesOf(first), await privacy.notesOf(second)]).toEqual([staffNotes, []]);
    expect(await privacy.buyerOf(once.invoices[0] as Answer)).toEqual(buyer);
    expect(first.address).toEqual({ region: '上海市', sealed: expect.any(String) });
    const everything = JSON.stringify(once);
    expect(Object.values(secret).filter((value) => everything.includes(value))).toEqual([]);
    await up(connection);
    expect(await all()).toEqual(once);
  });
});

describe('the migration of reasons', () => {
  const { connection } = testDatabase();

  test('seals the reasons of before, and a second run changes nothing', async () => {
    const at = new Date(0);
    const whose = { orderId: 'ord_3', memberId: 'mbr_3' };
    const words = '司徒某人的话';
    const order = { _id: 'ord_3', memberId: 'mbr_3', address, note: null };
    const cancellation = { id: 'rfd_1', reason: words, actor: 'member', requestedAt: at, afterSaleId: null };
    const timeline = [
      { at, status: 'PAID', actor: 'system', note: 'LATE_PAYMENT' },
      { at, status: 'CANCELLED', actor: 'member', note: words },
    ];
    const hold = { reason: words, by: 'stf_1', at };
    await connection.collection('orders').insertOne({ ...order, cancellation, timeline, hold } as never);
    const line = { orderLineId: 'oln_1', skuId: 'sku_1', restocked: 0, writtenOff: 1, reason: words, refundMinor: 1 };
    const receipts = [{ id: 'rcp_1', at, lines: [line], settledAt: at }];
    const parcel = { carrier: words, trackingNumber: 'OLD-4711', sentAt: at };
    const asked = { _id: 'afs_1', ...whose, reason: words, refusal: words, parcel, receipts };
    await connection.collection('afterSales').insertOne(asked as never);
    const redLetter = { id: 'inv_9', reason: words, reissue: false };
    const buyer = { kind: 'PERSONAL', title: words, taxNumber: null, email: null };
    await connection
      .collection('invoices')
      .insertOne({ _id: 'inv_3', ...whose, buyer, failure: words, redLetter } as never);

    const personalData = createPersonalData(connection, {
      scope: 'order',
      secrets: ['a secret for a migration, again'],
    });
    const privacy = createOrderPrivacy(personalData);
    await sealPersonalData(privacy).up(connection);
    await sealWords(privacy).up(connection);
    const all = async () => {
      const names = ['orders', 'afterSales', 'invoices'];
      const [orderRow, afterSale, invoice] = await Promise.all(
        names.map((name) => connection.collection<Answer>(name).findOne({})),
      );
      return { orderRow, afterSale, invoice } as Record<string, Answer>;
    };
    const once = await all();
    const { orderRow, afterSale, invoice } = once as { orderRow: Answer; afterSale: Answer; invoice: Answer };
    expect(JSON.stringify(once)).not.toMatch(/司徒|OLD-4711/);
    expect((await privacy.timelineOf(orderRow)).map(({ note }) => note)).toEqual(['LATE_PAYMENT', words]);
    expect(await privacy.wordsOf(orderRow, 'orders.hold', 'ord_3', orderRow.hold.reason)).toBe(words);
    expect(await privacy.parcelOf(orderRow, afterSale)).toEqual(parcel);
    expect(await privacy.wordsOf(orderRow, 'afterSales.refusal', 'afs_1', afterSale.refusal)).toBe(words);
    const reason = afterSale.receipts[0].lines[0].reason;
    expect(await privacy.wordsOf(orderRow, 'afterSales.receipts', 'rcp_1 oln_1', reason)).toBe(words);
    expect(await privacy.wordsOf(orderRow, 'invoices.voidReason', 'inv_3', invoice.redLetter.reason)).toBe(words);
    await sealWords(privacy).up(connection);
    expect(await all()).toEqual(once);
  });
});
