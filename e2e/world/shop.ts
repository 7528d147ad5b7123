import { systemClock, type Clock } from '#kit/clock/clock.ts';
import { eventually } from '#kit/testing/eventually.ts';
import {
  CreateCouponTemplateDocument,
  CreateFlashSaleDocument,
  CreatePartnerDocument,
  CreateProductDocument,
  CreatePromotionDocument,
  CreateSupplierDocument,
  CreateWarehouseDocument,
  ImportJobDocument,
  ImportProductsDocument,
  IssueApiKeyDocument,
  PublishProductDocument,
  ReceiveStockDocument,
  type CreateCouponTemplateInput,
  CreatePresaleDocument,
  type CreateFlashSaleInput,
  type CreatePresaleInput,
  type CreateProductInput,
  type CreatePromotionInput,
  type CreateWarehouseInput,
  type ImportJobQuery,
  type ImportProductsInput,
  type ReceiveStockInput,
} from '../__generated__/operations.ts';
import { accepted, createClient, type Channel, type Client, type ClientOptions } from './client.ts';
import { signUpShopper, type Shopper, type ShopperOptions } from './shopper.ts';
import { signInStaff, type StaffPlace } from './staff.ts';
import { hoursAfter, newKey, uniqueCode, yuan } from './unique.ts';
import { createWarehouseDesk, type WarehouseDesk } from './warehouse.ts';

const allChannels: readonly Channel[] = ['web', 'app', 'mini-program', 'store'];

/** A product as tests need it. */
export interface ShopProduct {
  readonly id: string;
  readonly slug: string;
  readonly title: string;
  /** Null only where a channel is missing that this test doesn't look at. */
  readonly skus: readonly { readonly id: string; readonly code: string }[];
  /** The first SKU. */
  readonly sku: { readonly id: string; readonly code: string };
}

/** What is particular about a product; everything else is sensible. */
export interface ProductWishes extends Partial<CreateProductInput> {
  /** Of the only SKU, in yuan. */
  readonly price?: string;
  readonly weightGrams?: number;
  /** Received of each SKU into the shop's warehouse. */
  readonly stock?: number;
  /** None leaves it a draft. */
  readonly channels?: readonly Channel[];
}

/** A shop of the test's own in a graph that it shares with others: its own staff, goods, warehouse and customers. */
export interface Shop {
  /** An administrator who is signed in. */
  readonly staff: Client;
  readonly warehouse: WarehouseDesk;
  /** Of a warehouse that is open already. */
  deskOf(warehouseCode: string): WarehouseDesk;
  /** Somebody who isn't signed in. */
  guest(options?: Partial<ClientOptions>): Client;
  /** A new member who is signed in and has an address. */
  shopper(options?: ShopperOptions): Promise<Shopper>;
  /** A product that can be bought: created, published and in stock. */
  product(wishes?: ProductWishes): Promise<ShopProduct>;
  /** One more warehouse, in Shanghai unless told. */
  opensWarehouse(wishes?: Partial<CreateWarehouseInput>): Promise<WarehouseDesk>;
  /** Who supplies products: hand its code to `product`. */
  supplier(name: string): Promise<{ readonly id: string; readonly code: string }>;
  receives(skuCode: string, quantity: number, warehouse?: WarehouseDesk): Promise<void>;
  /** A promotion that runs now; scope it to the shop's own goods. */
  promotion(
    input: Pick<CreatePromotionInput, 'kind' | 'scope' | 'ladder'> & Partial<CreatePromotionInput>,
  ): Promise<{ readonly id: string }>;
  /** A kind of coupon that can be claimed now. */
  coupon(input: Partial<CreateCouponTemplateInput>): Promise<{ readonly id: string; readonly code: string | null }>;
  /** A flash sale that is open now, with one item. */
  flashSale(
    item: CreateFlashSaleInput['items'][number],
    more?: Partial<CreateFlashSaleInput>,
  ): Promise<{ readonly id: string; readonly itemId: string }>;
  /** A presale whose deposits are open now, for an hour; balances follow for an hour, and goods ship an hour after that. ¥100 of which ¥10 now, unless told. */
  presale(input: Pick<CreatePresaleInput, 'skuId'> & Partial<CreatePresaleInput>): Promise<{ readonly id: string }>;
  /** Imports a file and waits until every row of it was seen. */
  imports(input: ImportProductsInput): Promise<ImportReport>;
  /** Another company's system with an API key; a carrier's with the carrier's code. */
  partner(scopes: readonly string[], carrierCode?: string): Promise<Client>;
}

/** What became of an import. */
export type ImportReport = NonNullable<ImportJobQuery['importJob']>;

/** Where a shop is opened: one of the run's graphs, or a test's own. */
export interface ShopPlace extends StaffPlace {
  /** The graph's own time, where a test can move it. */
  readonly clock?: Clock;
}

/** Opens a shop: an administrator signs in and a warehouse with the carrier SF is opened. */
export async function aShop({ url, admin, clock = systemClock }: ShopPlace): Promise<Shop> {
  const runningNow = () => ({ startsAt: hoursAfter(clock.now(), -1), endsAt: hoursAfter(clock.now(), 24) });
  const guest = (options: Partial<ClientOptions> = {}) => createClient({ url, ...options });
  const staff = await signInStaff({ url, admin });

  async function opensWarehouse(wishes: Partial<CreateWarehouseInput> = {}): Promise<WarehouseDesk> {
    const code = wishes.code ?? `W-${uniqueCode()}`;
    const { createWarehouse } = await staff.ask(CreateWarehouseDocument, {
      input: {
        name: `仓库 ${code}`,
        tier: 'CENTRAL',
        region: '上海市',
        city: '上海市',
        carrierCode: 'SF',
        cutoff: '16:00',
        dailyParcels: 1000,
        ...wishes,
        code,
        idempotencyKey: newKey(),
      },
    });
    return createWarehouseDesk(staff, accepted(createWarehouse, 'warehouse').code);
  }
  const warehouse = await opensWarehouse();

  async function books(lines: ReceiveStockInput['lines'], into: WarehouseDesk = warehouse): Promise<void> {
    const input = { warehouseCode: into.code, lines, idempotencyKey: newKey() };
    const { receiveStock } = await staff.ask(ReceiveStockDocument, { input });
    accepted(receiveStock, 'stockLevels');
  }

  return {
    staff,
    warehouse,
    guest,
    opensWarehouse,
    deskOf: (code) => createWarehouseDesk(staff, code),
    shopper: (options) => signUpShopper(guest(), options),

    async product({ price = '99.00', weightGrams = 200, stock = 100, channels = allChannels, ...input } = {}) {
      const code = uniqueCode();
      const { createProduct } = await staff.ask(CreateProductDocument, {
        input: {
          title: `茶杯 ${code}`,
          slug: `cup-${code.toLowerCase()}`,
          skus: [{ code: `CUP-${code}`, price: yuan(price), weightGrams }],
          ...input,
        },
      });
      const product = accepted(createProduct, 'product');
      const skus = product.skus.map(({ id, code: skuCode }) => ({ id, code: skuCode }));
      const [sku] = skus;
      if (sku === undefined) throw new Error('a product without SKUs');
      if (channels.length > 0) {
        const published = await staff.ask(PublishProductDocument, { input: { productId: product.id, channels } });
        accepted(published.publishProduct, 'product');
      }
      if (stock > 0) await books(skus.map(({ code: skuCode }) => ({ skuCode, quantity: stock })));
      return { id: product.id, slug: product.slug, title: product.title, skus, sku };
    },

    async supplier(name) {
      const { createSupplier } = await staff.ask(CreateSupplierDocument, {
        input: { code: `S-${uniqueCode()}`, name },
      });
      return accepted(createSupplier, 'supplier');
    },

    receives: (skuCode, quantity, into) => books([{ skuCode, quantity }], into),

    async promotion(input) {
      const { createPromotion } = await staff.ask(CreatePromotionDocument, {
        input: { title: `活动 ${uniqueCode()}`, ...runningNow(), ...input },
      });
      return accepted(createPromotion, 'promotion');
    },

    async coupon(input) {
      const { createCouponTemplate } = await staff.ask(CreateCouponTemplateDocument, {
        input: { title: `优惠券 ${uniqueCode()}`, ...runningNow(), ...input },
      });
      const { id, code } = accepted(createCouponTemplate, 'template');
      return { id, code: code ?? null };
    },

    async flashSale(item, more = {}) {
      const { createFlashSale } = await staff.ask(CreateFlashSaleDocument, {
        input: { title: `秒杀 ${uniqueCode()}`, ...runningNow(), ...more, items: [item] },
      });
      const { id, items } = accepted(createFlashSale, 'flashSale');
      return { id, itemId: items[0]?.id ?? '' };
    },

    async presale(input) {
      const hour = (hours: number) => hoursAfter(clock.now(), hours);
      const windows = { depositFrom: hour(-1), depositTo: hour(1), balanceFrom: hour(1), balanceTo: hour(2) };
      const amounts = { price: yuan('100.00'), deposit: yuan('10.00') };
      const { createPresale } = await staff.ask(CreatePresaleDocument, {
        input: { ...windows, shipsAfter: hour(3), ...amounts, quota: 10, ifUnpaid: 'FORFEIT', ...input },
      });
      return { id: accepted(createPresale, 'presale').id };
    },

    async imports(input) {
      const { importProducts } = await staff.ask(ImportProductsDocument, { input });
      const { id } = accepted(importProducts, 'job');
      return eventually(
        async () => {
          const { importJob } = await staff.ask(ImportJobDocument, { id });
          if (importJob === null || importJob.status === 'RUNNING') throw new Error(`the import ${id} isn't done`);
          return importJob;
        },
        { withinMs: 15_000, everyMs: 50 },
      );
    },

    async partner(scopes, carrierCode) {
      const { createPartner } = await staff.ask(CreatePartnerDocument, { input: { name: `伙伴 ${uniqueCode()}` } });
      const { issueApiKey } = await staff.ask(IssueApiKeyDocument, {
        input: {
          partnerId: accepted(createPartner, 'partner').id,
          name: 'e2e',
          scopes,
          ...(carrierCode !== undefined && { carrierCode }),
        },
      });
      return guest({ token: accepted(issueApiKey, 'key') });
    },
  };
}
