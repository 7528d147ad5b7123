import {
  AddCartLinesDocument,
  CancelOrderDocument,
  ClaimCouponDocument,
  ConfirmReceiptDocument,
  MeDocument,
  OrderDetailDocument,
  PayOrderDocument,
  PlaceOrderDocument,
  SaveAddressDocument,
  SignInDocument,
  SignUpDocument,
  type CartPartsFragment,
  type MeQuery,
  type OrderPartsFragment,
  type PlaceOrderInput,
} from '../__generated__/operations.ts';
import { accepted, type Channel, type Client } from './client.ts';
import { newKey, uniqueCode } from './unique.ts';

export type Order = OrderPartsFragment;

export interface ShopperOptions {
  readonly channel?: Channel;
  readonly locale?: 'zh-CN' | 'en';
  /** Where parcels go; null for a shopper without an address. */
  readonly region?: string | null;
  readonly guestCartId?: string;
}

/** A member with an app in the hand. */
export interface Shopper {
  readonly client: Client;
  readonly id: string;
  readonly email: string;
  readonly password: string;
  readonly refreshToken: string;
  /** Of the saved address; empty without one. */
  readonly addressId: string;
  /** Signs in anew, as after a while: access tokens live for 15 minutes. */
  comesBack(): Promise<Shopper>;
  me(): Promise<NonNullable<MeQuery['me']>>;
  adds(skuId: string, quantity: number): Promise<CartPartsFragment>;
  /** Places an order of these lines, to the saved address. Throws when it is refused. */
  places(lines: readonly { skuId: string; quantity: number }[], more?: Partial<PlaceOrderInput>): Promise<Order>;
  pays(order: { readonly id: string }): Promise<void>;
  sees(order: { readonly id: string }): Promise<Order>;
  cancels(order: { readonly id: string }): Promise<void>;
  confirmsReceiptOf(order: { readonly id: string }): Promise<void>;
  /** Takes a coupon; gives its id. */
  claims(template: { readonly id: string }): Promise<string>;
}

/** Where parcels of tests go, unless they care. */
export const homeAddress = {
  recipient: '王小明',
  phone: '13800138000',
  region: '上海市',
  city: '上海市',
  line: '浦东新区世纪大道 1 号',
  postalCode: '200120',
} as const;

/** Signs up a new member and saves an address. */
export async function signUpShopper(guest: Client, options: ShopperOptions = {}): Promise<Shopper> {
  const { channel = 'web', locale = 'zh-CN', region = homeAddress.region, guestCartId } = options;
  const code = uniqueCode().toLowerCase();
  const email = `shopper-${code}@example.com`;
  const password = `a good password ${code}`;
  const app = guest.with({ channel, locale, token: undefined });
  const { signUp } = await app.ask(SignUpDocument, {
    input: { email, password, displayName: `小明 ${code}`, ...(guestCartId === undefined ? {} : { guestCartId }) },
  });
  const { accessToken, refreshToken } = accepted(signUp, 'session');
  const { id } = accepted(signUp, 'member');
  const client = app.with({ token: accessToken });
  let addressId = '';
  if (region !== null) {
    const city = region === homeAddress.region ? homeAddress.city : region;
    const { saveAddress } = await client.ask(SaveAddressDocument, { input: { ...homeAddress, region, city } });
    addressId = accepted(saveAddress, 'address').id;
  }

  return actingAs({ client, id, email, password, refreshToken, addressId });
}

type Identity = Pick<Shopper, 'client' | 'id' | 'email' | 'password' | 'refreshToken' | 'addressId'>;

function actingAs(identity: Identity): Shopper {
  const { client, addressId } = identity;
  return {
    ...identity,
    async comesBack() {
      const { email: identifier, password } = identity;
      const guest = client.with({ token: undefined });
      const { signIn } = await guest.ask(SignInDocument, { input: { identifier, password } });
      const { accessToken, refreshToken } = accepted(signIn, 'session');
      return actingAs({ ...identity, refreshToken, client: guest.with({ token: accessToken }) });
    },
    async me() {
      const { me } = await client.ask(MeDocument, {});
      if (me === null) throw new Error('nobody is signed in');
      return me;
    },
    async adds(skuId, quantity) {
      const { addCartLines } = await client.ask(AddCartLinesDocument, { input: { lines: [{ skuId, quantity }] } });
      return accepted(addCartLines, 'cart');
    },
    async places(lines, more = {}) {
      const { placeOrder } = await client.ask(PlaceOrderDocument, {
        input: { lines, ...(addressId === '' ? {} : { addressId }), idempotencyKey: newKey(), ...more },
      });
      return accepted(placeOrder, 'order');
    },
    async pays({ id: orderId }) {
      const { payOrder } = await client.ask(PayOrderDocument, {
        input: { orderId, provider: 'TEST', idempotencyKey: newKey() },
      });
      const { status } = accepted(payOrder, 'payment');
      if (status !== 'SUCCEEDED') throw new Error(`the payment is ${status}`);
    },
    async sees({ id: orderId }) {
      const { order } = await client.ask(OrderDetailDocument, { id: orderId });
      if (order === null) throw new Error(`no order ${orderId}`);
      return order;
    },
    async cancels({ id: orderId }) {
      const { cancelOrder } = await client.ask(CancelOrderDocument, { input: { orderId, idempotencyKey: newKey() } });
      accepted(cancelOrder, 'order');
    },
    async confirmsReceiptOf({ id: orderId }) {
      const { confirmReceipt } = await client.ask(ConfirmReceiptDocument, { input: { orderId } });
      accepted(confirmReceipt, 'order');
    },
    async claims({ id: templateId }) {
      const { claimCoupon } = await client.ask(ClaimCouponDocument, { input: { templateId } });
      return accepted(claimCoupon, 'coupon').id;
    },
  };
}
