import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import mongoose from 'mongoose';
import { createLogger } from '#kit/logging/logger.ts';
import { eventually } from '#kit/testing/eventually.ts';
import { startFakeNuonuo, type FakeNuonuo } from '#kit/testing/fake-nuonuo/fake-nuonuo.ts';
import { startFakeWeChat, type FakeWeChat } from '#kit/testing/fake-wechat.ts';
import { systemViewer } from '#kit/viewer/viewer.ts';
import {
  AddOrderNoteDocument,
  CreateStaffDocument,
  EraseMeDocument,
  ImportExternalOrderDocument,
  RequestInvoiceDocument,
  SaveAddressDocument,
  SignInDocument,
  SignInWithWeChatDocument,
  SignUpDocument,
} from '../__generated__/operations.ts';
import { startPrivateGraph, type PrivateGraph } from '../setup/private-graph.ts';
import { topologies, worldFacts } from '../setup/world-facts.ts';
import { accepted, codesOf, type Client } from '../world/client.ts';
import { aShop, type Shop } from '../world/shop.ts';
import { newKey, yuan } from '../world/unique.ts';

/** What must be found nowhere, in the spelling in which people give it. */
const secret = {
  displayName: '轩辕不留名',
  email: 'xuanyuan.unseen@example.org',
  phone: '13955557777',
  recipient: '皇甫收件密',
  addressPhone: '13944448888',
  city: '密城市',
  line: '无痕巷 9527 号',
  wish: '请交给隔壁呼延某',
  staffNote: '已与令狐某通话',
  holdReason: '等澹台某回电',
  cancelReason: '宗政某不需要了',
  title: '东方隐某有限公司',
  taxNumber: '91350100M000100Y43',
  invoiceEmail: 'invoice.unseen@example.org',
  staffName: '南宫客服',
  staffEmail: 'nangong.unseen@example.org',
  partnerRecipient: '公孙外单',
  partnerLine: '外单路 8848 号',
} as const;
const password = 'a password nobody reads';
const address = {
  recipient: secret.recipient,
  phone: secret.addressPhone,
  region: '上海市',
  city: secret.city,
  line: secret.line,
  postalCode: '214777',
};
const apps = { 'wx-dump': 'the secret of wx-dump' };
const byService = { viewer: systemViewer('order'), requestId: 'req_dump' };
const putOnHold = `mutation ($input: PutOrderOnHoldInput!) { putOrderOnHold(input: $input) { order { hold { reason } } userErrors { code } } }`;
/** Everything happens to the same people in turn, over several services. */
const limitMs = 60_000;

describe.each(topologies)('nobody is named in a dump (%s)', (topology) => {
  const logged: string[] = [];
  let nuonuo: FakeNuonuo;
  let weChat: FakeWeChat;
  let graph: PrivateGraph;
  let shop: Shop;
  let client: Client;
  let memberId = '';
  let openId = '';
  let orderId = '';
  const stops: (() => Promise<unknown>)[] = [];

  beforeAll(async () => {
    nuonuo = await startFakeNuonuo(() => new Date());
    stops.push(() => nuonuo.stop());
    weChat = await startFakeWeChat({ port: 0, apps });
    stops.push(() => weChat.stop());
    const env = { ...nuonuo.env, WECHAT_API_URL: weChat.url, WECHAT_APPS: JSON.stringify(apps) };
    const destination = { write: (line: string) => void logged.push(line) };
    graph = await startPrivateGraph(topology, {
      env,
      log: createLogger({ service: 'test', level: 'trace', destination }),
    });
    stops.push(() => graph.stop());
    shop = await aShop(graph);
  });
  afterAll(async () => {
    for (const stop of stops.toReversed()) await stop();
  });

  const sees = async (as: Client) => {
    const query = `query ($id: ID!) { order(id: $id) { total { amount } note address { recipient city line }
      member { displayName email phone } invoices { number buyer { title } } } }`;
    return (await as.sendText(query, { id: orderId })).data?.['order'];
  };

  /** The raw bytes of every document of every database, as a dump has them. */
  async function dump(): Promise<Buffer> {
    const connection = await mongoose.createConnection(worldFacts().mongoUri).asPromise();
    try {
      const { databases } = await connection.getClient().db().admin().listDatabases();
      const own = databases.filter(({ name }) => name.startsWith(`${graph.place.databasePrefix}_`));
      expect(own).toHaveLength(5);
      const bytes: Buffer[] = [];
      for (const { name } of own) {
        const database = connection.getClient().db(name);
        for (const { name: collection } of await database.listCollections().toArray()) {
          bytes.push(
            ...((await database.collection(collection).find({}, { raw: true }).toArray()) as unknown as Buffer[]),
          );
        }
      }
      return Buffer.concat(bytes);
    } finally {
      await connection.close();
    }
  }

  function foundIn(bytes: Buffer): string[] {
    const spellings = { ...secret, e164: `+86${secret.phone}`, openId, postalCode: address.postalCode };
    return Object.entries(spellings).flatMap(([name, value]) => (bytes.includes(Buffer.from(value)) ? [name] : []));
  }

  test(
    'while people sign up, shop, get invoices and note things about each other',
    async () => {
      const guest = shop.guest({ locale: 'en' });
      const { displayName, email, phone } = secret;
      const { signUp } = await guest.ask(SignUpDocument, { input: { displayName, email, phone, password } });
      memberId = accepted(signUp, 'member').id;
      client = guest.with({ token: accepted(signUp, 'session').accessToken });
      const wrong = await guest.ask(SignInDocument, { input: { identifier: phone, password: 'a wrong password' } });
      expect(codesOf(wrong.signIn)).toEqual(['INVALID_CREDENTIALS']);
      accepted((await guest.ask(SignInDocument, { input: { identifier: phone, password } })).signIn, 'session');
      const { saveAddress } = await client.ask(SaveAddressDocument, { input: address });
      const addressId = accepted(saveAddress, 'address').id;

      const product = await shop.product({ price: '30.00', stock: 50 });
      const lines = [{ skuId: product.sku.id, quantity: 1 }];
      const place = `mutation ($input: PlaceOrderInput!) { placeOrder(input: $input) { order { id } userErrors { code } } }`;
      const input = { lines, addressId, note: secret.wish, idempotencyKey: newKey() };
      const placed = (await client.sendText(place, { input })).data as { placeOrder: { order: { id: string } } };
      orderId = placed.placeOrder.order.id;
      const pay = `mutation ($input: PayOrderInput!) { payOrder(input: $input) { payment { status } userErrors { code } } }`;
      await client.sendText(pay, { input: { orderId, provider: 'TEST', idempotencyKey: newKey() } });
      const buyer = {
        kind: 'COMPANY' as const,
        ...{ title: secret.title, taxNumber: secret.taxNumber, email: secret.invoiceEmail },
      };
      const asked = { input: { orderId, buyer, idempotencyKey: newKey() } };
      accepted((await client.ask(RequestInvoiceDocument, asked)).requestInvoice, 'invoice');
      const note = { orderId, text: secret.staffNote, idempotencyKey: newKey() };
      accepted((await shop.staff.ask(AddOrderNoteDocument, { input: note })).addOrderNote, 'order');

      const hold = { orderId, reason: secret.holdReason };
      expect((await shop.staff.sendText(putOnHold, { input: hold })).data).toEqual({
        putOrderOnHold: { order: { hold: { reason: secret.holdReason } }, userErrors: [] },
      });

      const given = { ...address, line: `${secret.line} 二楼` };
      const more = { input: { lines, address: given, idempotencyKey: newKey() } };
      const second = (await client.sendText(place, more)).data as typeof placed;
      const cancel = `mutation ($input: CancelOrderInput!) { cancelOrder(input: $input) { userErrors { code } } }`;
      const reason = secret.cancelReason;
      const cancelled = { orderId: second.placeOrder.order.id, reason, idempotencyKey: newKey() };
      expect((await client.sendText(cancel, { input: cancelled })).data).toEqual({ cancelOrder: { userErrors: [] } });

      const app = shop.guest({ channel: 'mini-program' });
      const weChatUser = { input: { appId: 'wx-dump', code: 'code-for-hidden-1' } };
      const { viewer } = (await app.ask(SignInWithWeChatDocument, weChatUser)).signInWithWeChat;
      const known = { memberId: viewer?.id ?? '', appId: 'wx-dump' };
      const answer = await graph.subgraphs.member.call('/internal/openIdOf', known, byService);
      openId = (answer as { openId: string }).openId;
      expect(openId).toMatch(/^o[\w-]{27}$/);

      const colleague = {
        email: secret.staffEmail,
        displayName: secret.staffName,
        password,
        roles: ['ANALYST' as const],
      };
      accepted((await shop.staff.ask(CreateStaffDocument, { input: colleague })).createStaff, 'staff');
      const partner = await shop.partner(['partner:orders']);
      const external = {
        ...{ system: 'elsewhere', externalId: newKey(), placedAt: new Date().toISOString(), paid: true },
        address: { ...address, recipient: secret.partnerRecipient, line: secret.partnerLine },
        lines: [{ skuCode: product.sku.code, quantity: 1, unitPrice: yuan('30.00') }],
        total: yuan('30.00'),
      };
      accepted((await partner.ask(ImportExternalOrderDocument, { input: external })).importExternalOrder, 'order');

      const bytes = await dump();
      expect(bytes.includes(Buffer.from(orderId))).toBe(true);
      expect(foundIn(bytes)).toEqual([]);
      expect(logged.length).toBeGreaterThan(10);
      expect(foundIn(Buffer.from(logged.join('\n')))).toEqual([]);
    },
    limitMs,
  );

  test('while those who may read it do, and analysts see what tells nobody', async () => {
    const { line, recipient, city } = address;
    const whole = {
      total: { amount: '38.00' },
      note: secret.wish,
      address: { recipient, city, line },
      member: { displayName: secret.displayName, email: secret.email, phone: `+86${secret.phone}` },
      invoices: [{ number: expect.stringMatching(/^\d{8}$/), buyer: { title: secret.title } }],
    };
    expect(await sees(client)).toEqual(whole);
    expect(await sees(shop.staff)).toEqual(whole);
    const guest = shop.guest();
    const analyst = accepted(
      (await guest.ask(SignInDocument, { input: { identifier: secret.staffEmail, password } })).signIn,
      'session',
    );
    expect(await sees(guest.with({ token: analyst.accessToken }))).toEqual({
      ...whole,
      note: null,
      address: null,
      member: { displayName: '轩**', email: 'x***@example.org', phone: '***77' },
      invoices: [{ number: expect.any(String), buyer: null }],
    });
  });

  test(
    'and once a member is erased, the graph doesn’t name them either, and the books agree',
    async () => {
      const { eraseMe: early } = await client.ask(EraseMeDocument, { input: { password } });
      expect(codesOf(early)).toEqual(['UNFINISHED_ORDERS']);
      const release = `mutation ($input: ReleaseOrderHoldInput!) { releaseOrderHold(input: $input) { userErrors { code } } }`;
      expect((await shop.staff.sendText(release, { input: { orderId } })).data).toEqual({
        releaseOrderHold: { userErrors: [] },
      });
      // The warehouse hears of it a moment later.
      const holds = 'query ($id: ID!) { order(id: $id) { fulfillments { onHold } } }';
      await eventually(async () => {
        const { data } = await shop.staff.sendText(holds, { id: orderId });
        expect(data).toEqual({ order: { fulfillments: [{ onHold: false }] } });
      });
      await shop.warehouse.sends({ id: orderId });
      const receive = `mutation ($input: ConfirmReceiptInput!) { confirmReceipt(input: $input) { order { status } userErrors { code } } }`;
      await eventually(async () => {
        const { data } = await client.sendText(receive, { input: { orderId } });
        expect(data).toEqual({ confirmReceipt: { order: { status: 'COMPLETED' }, userErrors: [] } });
      });
      const { eraseMe } = await client.ask(EraseMeDocument, { input: { password } });
      expect(accepted(eraseMe, 'erasedId')).toBe(memberId);

      await eventually(async () => {
        expect(await sees(shop.staff)).toEqual({
          total: { amount: '38.00' },
          note: null,
          address: null,
          member: { displayName: '已注销用户', email: null, phone: null },
          invoices: [{ number: expect.any(String), buyer: null }],
        });
      });
      await eventually(async () => {
        expect((await client.sendText('{ me { id } }')).errors[0]?.extensions.code).toBe('UNAUTHENTICATED');
      });
      const again = await shop.guest().ask(SignInDocument, { input: { identifier: secret.phone, password } });
      expect(codesOf(again.signIn)).toEqual(['INVALID_CREDENTIALS']);
      expect(foundIn(await dump())).toEqual([]);
      await eventually(async () => {
        for (const name of ['order', 'member'] as const) {
          const books = await graph.subgraphs[name].call('/internal/verify', {}, byService);
          expect(books).toMatchObject({ discrepancies: [] });
        }
      });
    },
    limitMs,
  );
});
