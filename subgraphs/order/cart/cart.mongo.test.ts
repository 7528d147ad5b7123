import { describe, expect, test } from '@jest/globals';
import { newId } from '#kit/ids/ids.ts';
import { unreachable } from '../testing/neighbourhood.ts';
import { guest, member, onSale, orderWorld, type Answer } from '../testing/order-world.ts';
import type { Viewer } from '#kit/viewer/viewer.ts';

const world = orderWorld();
const { neighbours } = world;
const parts = `cart { id channel couponCodes lines { id quantity available sku { id } unitPrice { amount } total { amount } } quote { total { amount currency } lines { skuId quantity } } }
  userErrors { __typename code path message }`;
const add = async (viewer: Viewer, lines: { skuId: string; quantity: number }[], cartId?: string): Promise<Answer> =>
  (
    await world.ask(viewer, `mutation ($input: AddCartLinesInput!) { addCartLines(input: $input) { ${parts} } }`, {
      input: { cartId, lines },
    })
  ).addCartLines;
const read = async (viewer: Viewer, id?: string): Promise<Answer> =>
  (await world.ask(viewer, 'query ($id: ID) { cart(id: $id) { id lines { id quantity sku { id } } } }', { id })).cart;
const unitsOf = (cart: Answer) => cart.lines.map((line: Answer) => [line.sku.id, line.quantity]);

describe('a guest’s cart', () => {
  test('is opened with the first line, and its id is a secret of 192 bits', async () => {
    const skuId = onSale(neighbours, { minor: 1250 });
    const { cart, userErrors } = await add(guest(), [{ skuId, quantity: 2 }]);
    expect(userErrors).toEqual([]);
    expect(cart.id).toMatch(/^crt_[\w-]{32}$/);
    expect(cart).toMatchObject({
      channel: 'web',
      lines: [
        {
          quantity: 2,
          available: true,
          sku: { id: skuId },
          unitPrice: { amount: '12.50' },
          total: { amount: '25.00' },
        },
      ],
      quote: { total: { amount: '25.00', currency: 'CNY' } },
    });
    expect(await read(guest(), cart.id)).toMatchObject({ id: cart.id });
  });

  test('is not found by another id, nor in another channel', async () => {
    const { cart } = await add(guest(), [{ skuId: onSale(neighbours), quantity: 1 }]);
    expect(await read(guest(), 'crt_unknown')).toBeNull();
    expect(await read(guest('app'), cart.id)).toBeNull();
    expect(await read(guest())).toBeNull();
  });

  test('ten adds at once make one line of ten', async () => {
    const skuId = onSale(neighbours);
    const { cart } = await add(guest(), [{ skuId: onSale(neighbours), quantity: 1 }]);
    const added = await Promise.all(Array.from({ length: 10 }, () => add(guest(), [{ skuId, quantity: 1 }], cart.id)));
    expect(added.flatMap(({ userErrors }) => userErrors)).toEqual([]);
    expect(unitsOf(await read(guest(), cart.id))[1]).toEqual([skuId, 10]);
  });
});

describe('a member’s cart', () => {
  test('is one a channel, also when it is opened ten times at once', async () => {
    const [mia, skuId] = [newId('member'), onSale(neighbours)];
    const added = await Promise.all(Array.from({ length: 10 }, () => add(member(mia), [{ skuId, quantity: 1 }])));
    expect(new Set(added.map(({ cart }) => cart.id)).size).toBe(1);
    expect(unitsOf(await read(member(mia)))).toEqual([[skuId, 10]]);
    const inApp = await add(member(mia, 'app'), [{ skuId, quantity: 1 }]);
    expect(inApp.cart.id).not.toBe(added[0].cart.id);
  });

  test('does not exist for anybody else', async () => {
    const skuId = onSale(neighbours);
    const { cart } = await add(member(newId('member')), [{ skuId, quantity: 1 }]);
    for (const other of [member(newId('member')), guest()]) {
      expect(await read(other, cart.id)).toBeNull();
      const refusal = {
        cart: null,
        userErrors: [
          { __typename: 'NotFoundError', code: 'NOT_FOUND', path: ['cartId'], message: 'There is no such cart.' },
        ],
      };
      expect(await add(other, [{ skuId, quantity: 1 }], cart.id)).toEqual(refusal);
    }
  });

  test('takes in the guest cart that the member names, and the guest’s id opens nothing any more', async () => {
    const [mia, a, b] = [newId('member'), onSale(neighbours), onSale(neighbours)];
    await add(member(mia), [{ skuId: a, quantity: 2 }]);
    const { cart: asGuest } = await add(guest(), [
      { skuId: b, quantity: 1 },
      { skuId: a, quantity: 3 },
    ]);
    const joined = await read(member(mia), asGuest.id);
    expect(unitsOf(joined)).toEqual([
      [a, 5],
      [b, 1],
    ]);
    expect(await read(guest(), asGuest.id)).toBeNull();
    expect((await read(member(mia))).id).toBe(joined.id);
  });

  test('takes a guest cart in once, however many requests name it at once', async () => {
    const [mia, a] = [newId('member'), onSale(neighbours)];
    const { cart: asGuest } = await add(guest(), [{ skuId: a, quantity: 3 }]);
    const read10 = await Promise.all(Array.from({ length: 10 }, () => read(member(mia), asGuest.id)));
    expect(new Set(read10.map((cart) => cart.id)).size).toBe(1);
    expect(unitsOf(await read(member(mia)))).toEqual([[a, 3]]);
  });

  test('takes in the guest cart that was named while signing in, once, and never another member’s', async () => {
    const [mia, eve, a] = [newId('member'), newId('member'), onSale(neighbours)];
    const { cart: asGuest } = await add(guest(), [{ skuId: a, quantity: 3 }]);
    const signedIn = (memberId: string) =>
      world.tell('member.signed-in', { memberId, channel: 'web', guestCartId: asGuest.id });
    await signedIn(mia);
    await signedIn(mia);
    expect(unitsOf(await read(member(mia)))).toEqual([[a, 3]]);
    await world.tell('member.signed-in', { memberId: eve, channel: 'web', guestCartId: (await read(member(mia))).id });
    expect(await read(member(eve))).toBeNull();
    expect(unitsOf(await read(member(mia)))).toEqual([[a, 3]]);
  });
});

describe('what may not go into a cart', () => {
  test.each([0, -1, 1000, 10 ** 9])('a quantity of %p is INVALID_INPUT', async (quantity) => {
    const { cart, userErrors } = await add(guest(), [{ skuId: onSale(neighbours), quantity }]);
    expect(cart).toBeNull();
    expect(userErrors).toMatchObject([
      { __typename: 'InvalidInputError', code: 'INVALID_INPUT', path: ['lines', '0', 'quantity'] },
    ]);
  });

  test('half a unit is refused as a whole', async () => {
    const query = 'mutation ($input: AddCartLinesInput!) { addCartLines(input: $input) { cart { id } } }';
    expect(await world.errorsOf(guest(), query, { input: { lines: [{ skuId: 'sku_1', quantity: 1.5 }] } })).toEqual([
      'BAD_USER_INPUT',
    ]);
  });

  test('a SKU that is unknown, or sold in another channel only, is SKU_UNAVAILABLE', async () => {
    const inApp = onSale(neighbours, { channels: ['app'] });
    const { userErrors } = await add(guest(), [
      { skuId: onSale(neighbours), quantity: 1 },
      { skuId: 'sku_no', quantity: 1 },
      { skuId: inApp, quantity: 1 },
    ]);
    expect(userErrors).toMatchObject([
      { __typename: 'SkuUnavailableError', code: 'SKU_UNAVAILABLE', path: ['lines', '1', 'skuId'] },
      { __typename: 'SkuUnavailableError', code: 'SKU_UNAVAILABLE', path: ['lines', '2', 'skuId'] },
    ]);
  });
});

describe('changing a cart', () => {
  const update = async (cartId: string, lineId: string, quantity: number): Promise<Answer> =>
    (
      await world.ask(
        guest(),
        `mutation ($input: UpdateCartLineInput!) { updateCartLine(input: $input) { ${parts} } }`,
        { input: { cartId, lineId, quantity } },
      )
    ).updateCartLine;
  const apply = async (cartId: string, code: string): Promise<Answer> =>
    (
      await world.ask(
        guest(),
        `mutation ($input: ApplyCouponCodeInput!) { applyCouponCode(input: $input) { ${parts} } }`,
        { input: { cartId, code } },
      )
    ).applyCouponCode;

  test('0 removes a line; an unknown line is NOT_FOUND', async () => {
    const { cart } = await add(guest(), [{ skuId: onSale(neighbours), quantity: 1 }]);
    expect((await update(cart.id, cart.lines[0].id, 7)).cart.lines).toMatchObject([{ quantity: 7 }]);
    expect((await update(cart.id, 'crl_no', 7)).userErrors).toMatchObject([{ code: 'NOT_FOUND', path: ['lineId'] }]);
    expect((await update(cart.id, cart.lines[0].id, 10 ** 9)).userErrors).toMatchObject([
      { code: 'INVALID_INPUT', path: ['quantity'] },
    ]);
    const { cart: emptied } = await update(cart.id, cart.lines[0].id, 0);
    expect(emptied).toMatchObject({ lines: [], quote: null });
  });

  test('a code is noted once, priced, and taken off again; an unknown one is COUPON_NOT_FOUND', async () => {
    neighbours.codes.set('SAVE5', 500);
    const { cart } = await add(guest(), [{ skuId: onSale(neighbours), quantity: 1 }]);
    await apply(cart.id, ' SAVE5 ');
    expect((await apply(cart.id, 'SAVE5')).cart).toMatchObject({
      couponCodes: ['SAVE5'],
      quote: { total: { amount: '5.00' } },
    });
    expect((await apply(cart.id, 'NOPE')).userErrors).toMatchObject([
      { __typename: 'CouponNotFoundError', code: 'COUPON_NOT_FOUND', path: ['code'] },
    ]);
    const removed = await world.ask(
      guest(),
      `mutation ($input: RemoveCouponCodeInput!) { removeCouponCode(input: $input) { ${parts} } }`,
      { input: { cartId: cart.id, code: 'SAVE5' } },
    );
    expect(removed.removeCouponCode.cart).toMatchObject({ couponCodes: [], quote: { total: { amount: '10.00' } } });
  });

  test('a SKU that left the channel stays in the cart without a price, and the rest is still priced', async () => {
    const [gone, kept] = [onSale(neighbours), onSale(neighbours, { minor: 300 })];
    const { cart } = await add(guest(), [
      { skuId: gone, quantity: 1 },
      { skuId: kept, quantity: 2 },
    ]);
    neighbours.skus.delete(gone);
    const shown = await world.ask(
      guest(),
      `query ($id: ID) { cart(id: $id) { lines { available unitPrice { amount } total { amount } } quote { total { amount } } } }`,
      { id: cart.id },
    );
    expect(shown.cart).toEqual({
      lines: [
        { available: false, unitPrice: null, total: null },
        { available: true, unitPrice: { amount: '3.00' }, total: { amount: '6.00' } },
      ],
      quote: { total: { amount: '6.00' } },
    });
  });

  test('without promotion the cart is still shown, only its price is not', async () => {
    const { cart } = await add(guest(), [{ skuId: onSale(neighbours), quantity: 1 }]);
    neighbours.faults.before.set('promotion.quote', unreachable('promotion'));
    const query =
      'query ($id: ID) { cart(id: $id) { lines { quantity unitPrice { amount } } quote { total { amount } } } }';
    const { data, errors } = await world.subgraph.execute(
      { query, variables: { id: cart.id } },
      { viewer: guest(), requestId: 'req_1' },
    );
    neighbours.faults.before.clear();
    expect(data).toEqual({ cart: { lines: [{ quantity: 1, unitPrice: { amount: '10.00' } }], quote: null } });
    expect(errors?.map(({ path, extensions }) => [path, extensions?.['code']])).toEqual([[['cart', 'quote'], 'BUSY']]);
  });

  test('product and promotion are asked once for a whole cart', async () => {
    const lines = Array.from({ length: 20 }, () => ({ skuId: onSale(neighbours), quantity: 1 }));
    const { cart } = await add(guest(), lines);
    neighbours.calls.length = 0;
    await world.ask(
      guest(),
      `query ($id: ID) { cart(id: $id) { lines { available unitPrice { amount } total { amount } } quote { total { amount } } } }`,
      { id: cart.id },
    );
    expect(neighbours.calls).toEqual(['product.skuFacts', 'promotion.quote']);
  });
});
