import analystCatalogue from '../../samples/analyst-catalogue.graphql';
import partnerFeed from '../../samples/partner-feed.graphql';
import partnerImport from '../../samples/partner-import.graphql';
import shopperBrowse from '../../samples/shopper-browse.graphql';
import shopperCart from '../../samples/shopper-cart.graphql';
import shopperMe from '../../samples/shopper-me.graphql';
import staffPickQueue from '../../samples/staff-pick-queue.graphql';
import staffStock from '../../samples/staff-stock.graphql';

/** A query that shows one audience what the graph can do for it. */
export interface Sample {
  readonly audience: 'Shopper' | 'Staff' | 'Partner' | 'Analyst';
  readonly title: string;
  readonly document: string;
  readonly variables: Readonly<Record<string, unknown>>;
}

const sampleAddress = {
  recipient: '王小明',
  phone: '13800138000',
  region: '浙江省',
  city: '杭州市',
  line: '西湖区文三路 1 号',
};

/** In the order in which the panel shows them. */
export const samples: readonly Sample[] = [
  {
    audience: 'Shopper',
    title: 'Browse with facets, offers and stock',
    document: shopperBrowse,
    variables: { first: 6, sort: 'SALES_DESC', region: '浙江省' },
  },
  { audience: 'Shopper', title: 'My points, coupons and orders (sign in)', document: shopperMe, variables: {} },
  { audience: 'Shopper', title: 'Price a basket without signing in', document: shopperCart, variables: { first: 1 } },
  {
    audience: 'Staff',
    title: 'What a warehouse has to pick',
    document: staffPickQueue,
    variables: { warehouseCode: 'CN-EAST', first: 20 },
  },
  {
    audience: 'Staff',
    title: 'Stock of every warehouse',
    document: staffStock,
    variables: { skuCodes: ['LINGXI-X5-01', 'CIYU-TUMBLER-01'] },
  },
  { audience: 'Partner', title: 'Follow the catalogue', document: partnerFeed, variables: { first: 10 } },
  {
    audience: 'Partner',
    title: 'Import an order of another shop',
    document: partnerImport,
    variables: {
      input: {
        system: 'demo-marketplace',
        externalId: 'M-1001',
        placedAt: '2026-11-01T08:00:00Z',
        address: sampleAddress,
        lines: [{ skuCode: 'ZHIMIAN-PILLOW-01', quantity: 1, unitPrice: { amount: '99.00', currency: 'CNY' } }],
        total: { amount: '99.00', currency: 'CNY' },
        paid: true,
      },
    },
  },
  { audience: 'Analyst', title: 'Categories, breadth and best sellers', document: analystCatalogue, variables: {} },
];
