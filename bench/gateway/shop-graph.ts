import { composeServices } from '@apollo/composition';
import { buildSubgraphSchema } from '@apollo/subgraph';
import type { GraphQLSchema } from 'graphql';
import { parse } from 'graphql';
import type { SubgraphName } from '#kit/events/events.ts';

const link = 'extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@shareable"])';
const range = (count: number): number[] => Array.from({ length: count }, (_, index) => index);

interface Reference {
  readonly id: string;
}
const numberOf = ({ id }: Reference): number => Number(id.slice(id.lastIndexOf('_') + 1));

const product = {
  typeDefs: `${link}
    type Query { product(id: ID!): Product  products(first: Int!): [Product!]! }
    type Product @key(fields: "id") { id: ID! title: String! description: String! price: Money! brand: Brand! images: [Image!]! }
    type Money @shareable { amount: String! currency: String! }
    type Brand { id: ID! name: String! }
    type Image { url: String! alt: String }`,
  resolvers: {
    Query: {
      product: (_: unknown, { id }: Reference) => ({ id }),
      products: (_: unknown, { first }: { first: number }) => range(first).map((index) => ({ id: `prd_${index}` })),
    },
    Product: {
      __resolveReference: ({ id }: Reference) => ({ id }),
      title: (parent: Reference) => `Product number ${numberOf(parent)}`,
      description: (parent: Reference) => `What there is to say about product number ${numberOf(parent)}. `.repeat(3),
      price: (parent: Reference) => ({ amount: `${numberOf(parent) + 10}.90`, currency: 'CNY' }),
      brand: (parent: Reference) => ({ id: `brd_${numberOf(parent) % 7}`, name: `Brand ${numberOf(parent) % 7}` }),
      images: ({ id }: Reference) =>
        [1, 2].map((index) => ({ url: `https://images.example/${id}/${index}.jpg`, alt: null })),
    },
  },
};

const promotion = {
  typeDefs: `${link}
    type Query { campaign: String }
    type Product @key(fields: "id") { id: ID! promotions: [Promotion!]! }
    type Promotion { id: ID! label: String! percent: Int! endsAt: String }`,
  resolvers: {
    Query: { campaign: () => 'autumn' },
    Product: {
      promotions: (parent: Reference) =>
        range(numberOf(parent) % 3).map((index) => ({
          id: `pro_${index}`,
          label: `${10 + index} % off`,
          percent: 10 + index,
          endsAt: '2026-12-01T00:00:00Z',
        })),
    },
  },
};

const logistics = {
  typeDefs: `${link}
    type Query { warehouses: [String!]! }
    type Product @key(fields: "id") { id: ID! stock: Stock! }
    type Stock { available: Int! warehouse: String! }
    type Order @key(fields: "id") { id: ID! shipments: [Shipment!]! }
    type Shipment { id: ID! carrier: String! trackingNumber: String! status: ShipmentStatus! }
    enum ShipmentStatus { SENT DELIVERED }`,
  resolvers: {
    Query: { warehouses: () => ['Suzhou'] },
    Product: { stock: (parent: Reference) => ({ available: numberOf(parent) * 3, warehouse: 'Suzhou' }) },
    Order: {
      shipments: ({ id }: Reference) => [
        { id: `shp_${id}`, carrier: 'SF', trackingNumber: `SF${id.padStart(12, '0')}`, status: 'SENT' },
      ],
    },
  },
};

const member = {
  typeDefs: `${link}
    type Query { me: Member }
    type Member @key(fields: "id") { id: ID! name: String! tier: String! }`,
  resolvers: {
    Query: { me: () => ({ id: 'mbr_1' }) },
    Member: { __resolveReference: ({ id }: Reference) => ({ id }), name: () => '王小明', tier: () => 'GOLD' },
  },
};

const order = {
  typeDefs: `${link}
    type Query { order(id: ID!): Order }
    type Mutation { renameOrder(input: RenameOrderInput!): RenameOrderPayload! }
    input RenameOrderInput { id: ID! note: String! }
    type RenameOrderPayload { order: Order userErrors: [UserError!]! }
    type UserError { code: String! message: String! }
    type Member @key(fields: "id") { id: ID! orders(first: Int!): [Order!]! }
    type Order @key(fields: "id") { id: ID! number: String! note: String total: Money! lines: [OrderLine!]! }
    type OrderLine { id: ID! quantity: Int! product: Product! }
    type Product @key(fields: "id", resolvable: false) { id: ID! }
    type Money @shareable { amount: String! currency: String! }`,
  resolvers: {
    Query: { order: (_: unknown, { id }: Reference) => ({ id }) },
    Mutation: {
      renameOrder: (_: unknown, { input }: { input: { id: string; note: string } }) => ({
        order: input,
        userErrors: [],
      }),
    },
    Member: {
      orders: (_: unknown, { first }: { first: number }) => range(first).map((index) => ({ id: `ord_${index}` })),
    },
    Order: {
      number: (parent: Reference) => `2026-${1000 + numberOf(parent)}`,
      total: (parent: Reference) => ({ amount: `${numberOf(parent) * 12 + 5}.00`, currency: 'CNY' }),
      lines: (parent: Reference) =>
        range(3).map((index) => ({
          id: `orl_${index}`,
          quantity: index + 1,
          product: { id: `prd_${(numberOf(parent) * 2 + index) % 20}` },
        })),
    },
  },
};

const parts: Readonly<Record<SubgraphName, { readonly typeDefs: string; readonly resolvers: object }>> = {
  product,
  promotion,
  logistics,
  member,
  order,
};

/** The executable schema of each of the five subgraphs: everything that they know is in memory, or made up from an id. */
export function subgraphSchemas(): ReadonlyMap<SubgraphName, GraphQLSchema> {
  const entries = Object.entries(parts).map(
    ([name, { typeDefs, resolvers }]) =>
      [
        name as SubgraphName,
        buildSubgraphSchema([{ typeDefs: parse(typeDefs), resolvers: resolvers as never }]),
      ] as const,
  );
  return new Map(entries);
}

/** The five subgraphs composed; `urls` say where each of them listens. */
export function composeShop(urls: Readonly<Record<string, string>>): string {
  const services = Object.entries(parts).map(([name, { typeDefs }]) => ({
    name,
    url: urls[name] ?? '',
    typeDefs: parse(typeDefs),
  }));
  const { supergraphSdl, errors } = composeServices(services);
  if (supergraphSdl === undefined) throw new Error(errors?.map(({ message }) => message).join('\n'));
  return supergraphSdl;
}
