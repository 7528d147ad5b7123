import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createLogger } from '#kit/logging/logger.ts';
import {
  CreatePartnerDocument,
  CreateStaffDocument,
  IssueApiKeyDocument,
  RefreshSessionDocument,
  RequestAfterSaleDocument,
  SaveAddressDocument,
  SignInDocument,
} from '../__generated__/operations.ts';
import { startPrivateGraph, type PrivateGraph } from '../setup/private-graph.ts';
import { topologies } from '../setup/world-facts.ts';
import { accepted } from '../world/client.ts';
import { aShop } from '../world/shop.ts';
import { homeAddress, type Shopper } from '../world/shopper.ts';
import { newKey } from '../world/unique.ts';

const phone = '13912345678';
const recipient = '欧阳不许写';
const street = '不许写路 42 号';
const colleague = { email: 'colleague-not-to-log@example.com', password: 'colleague password not to log' };
const note = 'a note that nobody may log';
const wrongPassword = 'a wrong password not to log';

describe.each(topologies)('the logs of all services (%s)', (topology) => {
  let logged = '';
  let graph: PrivateGraph;
  const secrets: Record<string, string> = { phone, recipient, street, note, wrongPassword, ...colleague };
  let shopper: Shopper;

  beforeAll(async () => {
    const destination = { write: (line: string) => void (logged += line) };
    graph = await startPrivateGraph(topology, {
      log: createLogger({ service: 'graph', level: 'trace', destination }),
    });
    const shop = await aShop(graph);
    const product = await shop.product({ price: '10.00', stock: 5 });
    shopper = await shop.shopper();
    const guest = shopper.client.with({ token: undefined });

    // Signing in, rightly and wrongly, and keeping a session.
    const back = await shopper.comesBack();
    await guest.send(SignInDocument, { input: { identifier: shopper.email, password: wrongPassword } });
    await guest.send(SignInDocument, { input: { identifier: phone, password: wrongPassword } });
    await guest.send(RefreshSessionDocument, { input: { refreshToken: back.refreshToken } });
    await guest.send(RefreshSessionDocument, { input: { refreshToken: back.refreshToken } });

    // An address, an order that is paid, and its money back; in shapes that fail too.
    const address = { ...homeAddress, recipient, phone, line: street };
    const { saveAddress } = await back.client.ask(SaveAddressDocument, { input: address });
    const addressId = accepted(saveAddress, 'address').id;
    await back.client.send(SaveAddressDocument, { input: { ...address, phone: { $ne: phone } } });
    const order = await back.places([{ skuId: product.sku.id, quantity: 1 }], { addressId, note });
    await back.pays(order);
    const asked = {
      orderId: order.id,
      kind: 'REFUND_ONLY',
      lines: [{ orderLineId: order.lines[0]?.id ?? '', quantity: 1 }],
      reason: note,
      idempotencyKey: newKey(),
    };
    await back.client.send(RequestAfterSaleDocument, { input: asked });
    await back.client.send(RequestAfterSaleDocument, { input: { ...asked, reason: `${note}!` } });

    // What staff do with other people's names, and with keys.
    const staff = { ...colleague, displayName: recipient, roles: ['WAREHOUSE'] as const };
    await shop.staff.send(CreateStaffDocument, { input: staff });
    await shop.staff.send(CreateStaffDocument, { input: staff });
    const { createPartner } = await shop.staff.ask(CreatePartnerDocument, {
      input: { name: 'ERP' },
    });
    const { issueApiKey } = await shop.staff.ask(IssueApiKeyDocument, {
      input: { name: 'till', partnerId: accepted(createPartner, 'partner').id, scopes: ['partner:orders'] },
    });
    const key = accepted(issueApiKey, 'key');

    // Tokens that are refused, and documents that can't be read.
    const forged = `${back.client.options.token ?? ''}x`;
    await guest.with({ token: forged }).sendText('{ me { id } }');
    await guest.with({ token: `${key}x` }).sendText('{ me { id } }');
    await guest.sendText(`{ me(phone: "${phone}" { id } }`);
    await guest.sendText('query ($id: ID!) { product(id: $id) { id } }', { id: { phone } });

    Object.assign(secrets, {
      key,
      forged,
      accessToken: back.client.options.token ?? '',
      firstAccessToken: shopper.client.options.token ?? '',
      adminToken: shop.staff.options.token ?? '',
      refreshToken: back.refreshToken,
      shopperPassword: shopper.password,
      shopperEmail: shopper.email,
      adminPassword: graph.admin.password,
      adminEmail: graph.admin.identifier,
    });
  });
  afterAll(() => graph?.stop());

  test('hold something: every service speaks at this level, and of requests by their ids', () => {
    expect(logged.split('\n').length).toBeGreaterThan(5);
    for (const source of ['product', 'promotion', 'member', 'order', 'logistics'])
      expect(logged).toContain(`"source":"${source}"`);
  });

  test('hold no token, key, password, phone number, name, address or text of a person', () => {
    expect(Object.entries(secrets).filter(([, secret]) => secret.length < 5)).toEqual([]);
    expect(Object.entries(secrets).flatMap(([what, secret]) => (logged.includes(secret) ? [what] : []))).toEqual([]);
  });

  test('hold no variables, no headers and no bodies', () => {
    expect(logged).not.toMatch(/"variables"|"headers"|"authorization":"(?!\[redacted\])|"query":"|"body":/i);
  });
});
