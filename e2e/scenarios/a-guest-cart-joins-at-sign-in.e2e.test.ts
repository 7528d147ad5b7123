import { beforeAll, expect, test } from '@jest/globals';
import { eventually } from '#kit/testing/eventually.ts';
import { AddCartLinesDocument, CartDocument, SignInDocument } from '../__generated__/operations.ts';
import { accepted, type Client } from '../world/client.ts';
import { inBothTopologies } from '../world/in-both-topologies.ts';
import { aShop, type Shop, type ShopProduct } from '../world/shop.ts';

inBothTopologies('a guest cart joins at sign-in', (graph) => {
  let shop: Shop;
  let tea: ShopProduct;
  let cup: ShopProduct;
  beforeAll(async () => {
    shop = await aShop(graph);
    [tea, cup] = await Promise.all([shop.product({ price: '30.00' }), shop.product({ price: '12.50' })]);
  });

  /** A guest puts one tea and two cups into a new cart; gives its id. */
  async function fillsCart(guest: Client): Promise<string> {
    const lines = [
      { skuId: tea.sku.id, quantity: 1 },
      { skuId: cup.sku.id, quantity: 2 },
    ];
    const { addCartLines } = await guest.ask(AddCartLinesDocument, { input: { lines } });
    const cart = accepted(addCartLines, 'cart');
    expect(cart.quote).toMatchObject({ total: { amount: '55.00' } });
    return cart.id;
  }
  const quantities = (cart: { lines: readonly { quantity: number; sku: { id: string } | null }[] } | null) =>
    Object.fromEntries(cart?.lines.map(({ sku, quantity }) => [sku?.id, quantity]) ?? []);

  test('when it is named at the sign-in: lines are added up, and the guest cart is gone', async () => {
    const shopper = await shop.shopper();
    await shopper.adds(cup.sku.id, 1);
    const guest = shop.guest();
    const cartId = await fillsCart(guest);

    const { signIn } = await guest.ask(SignInDocument, {
      input: { identifier: shopper.email, password: shopper.password, guestCartId: cartId },
    });
    const member = guest.with({ token: accepted(signIn, 'session').accessToken });

    await eventually(async () => {
      const { cart } = await member.ask(CartDocument, {});
      expect(quantities(cart)).toEqual({ [cup.sku.id]: 3, [tea.sku.id]: 1 });
    });
    expect((await shop.guest().ask(CartDocument, { id: cartId })).cart).toBeNull();
  });

  test('when it is named at the sign-up', async () => {
    const cartId = await fillsCart(shop.guest());
    const shopper = await shop.shopper({ guestCartId: cartId });
    await eventually(async () => {
      const { cart } = await shopper.client.ask(CartDocument, {});
      expect(quantities(cart)).toEqual({ [cup.sku.id]: 2, [tea.sku.id]: 1 });
    });
  });

  test('when a member opens it by its id, once however often it is opened', async () => {
    const cartId = await fillsCart(shop.guest());
    const shopper = await shop.shopper();
    const opened = await Promise.all([1, 2, 3].map(() => shopper.client.ask(CartDocument, { id: cartId })));
    expect(opened.some(({ cart }) => cart !== null)).toBe(true);
    const { cart } = await shopper.client.ask(CartDocument, {});
    expect(quantities(cart)).toEqual({ [cup.sku.id]: 2, [tea.sku.id]: 1 });
  });

  test('and not in another channel, where it stays what it is', async () => {
    const cartId = await fillsCart(shop.guest({ channel: 'app' }));
    const shopper = await shop.shopper({ channel: 'web' });
    expect((await shopper.client.ask(CartDocument, { id: cartId })).cart).toBeNull();
    expect((await shopper.client.ask(CartDocument, {})).cart).toBeNull();
    const { cart } = await shop.guest({ channel: 'app' }).ask(CartDocument, { id: cartId });
    expect(quantities(cart)).toEqual({ [cup.sku.id]: 2, [tea.sku.id]: 1 });
  });
});
