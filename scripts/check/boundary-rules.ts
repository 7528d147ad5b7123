/** What may not import what; the table of docs and README as data. */
export interface BoundaryRule {
  readonly name: string;
  /** What would be lost without the rule. */
  readonly protects: string;
  /** True for the files (paths from the root) that the rule is about. Tests are exempt unless `evenTests`. */
  applies(from: string): boolean;
  /** True when `from` may import `target` (a path from the root, or a package's name). */
  allows(target: string, from: string): boolean;
  /** Where types may come from although values may not: they are gone at run time. */
  readonly typesFrom?: RegExp;
  readonly evenTests?: boolean;
  /** An import that the rule lets through, and one that it refuses: [from, target]. */
  readonly passes: readonly [string, string];
  readonly fails: readonly [string, string];
}

const trigger = /^subgraphs\/[^/]+\/.*\/?(actions|reactions|jobs|steps)\//;
const resolver = /\.(resolvers|payload)\.ts$/;
const ours = /^(gateway|subgraphs|schema|kit|clients|explorer|e2e|bench|ops|scripts)\//;

const inFolder = (path: string, folder: string): boolean => path.includes(`/${folder}/`);
const subgraphOf = (path: string): string => path.split('/').slice(0, 2).join('/');
const featureOf = (path: string): string => path.split('/').slice(0, 3).join('/');
const isWiring = (path: string): boolean =>
  /^subgraphs\/[^/]+\/(main|app|config|context|migrations\/.*)\.ts$/.test(path);

/** Folders of kit/ that exist to talk to MongoDB. */
const storing =
  /^kit\/(mongo|change-feed|lease|outbox|inbox|idempotency|jobs|group-commit|personal-data|connection|subgraph|testing)\//;

export const boundaryRules: readonly BoundaryRule[] = [
  {
    name: 'domain is pure',
    protects: 'Rules about money and stock can be read, tested and trusted without a database, a network or a clock.',
    applies: (from) => from.startsWith('subgraphs/') && inFolder(from, 'domain'),
    allows: (target, from) =>
      (target.startsWith(`${subgraphOf(from)}/`) && inFolder(target, 'domain')) ||
      /^kit\/(money|ids|user-error)\//.test(target),
    typesFrom: /^kit\//,
    passes: ['subgraphs/promotion/quote/domain/spread-discount.ts', 'kit/money/allocate.ts'],
    fails: ['subgraphs/promotion/quote/domain/spread-discount.ts', 'node:fs'],
  },
  {
    name: 'resolvers only translate',
    protects: 'A rule never hides in the GraphQL layer, where an event or a job would pass it by.',
    applies: (from) => from.startsWith('subgraphs/') && resolver.test(from),
    allows: (target) => !inFolder(target, 'store') && target !== 'mongoose' && !target.startsWith('kit/mongo/'),
    typesFrom: /./,
    passes: ['subgraphs/order/cart/cart.resolvers.ts', 'subgraphs/order/cart/actions/add-cart-line.ts'],
    fails: ['subgraphs/order/cart/cart.resolvers.ts', 'subgraphs/order/cart/store/carts.ts'],
  },
  {
    name: 'what happens knows nothing of GraphQL',
    protects: 'An action can be called by a person, an event or a saga alike, and outlives a change of the schema.',
    applies: (from) => trigger.test(from),
    allows: (target) =>
      !/^(graphql|graphql-scalars|@apollo\/.*)$/.test(target) &&
      !inFolder(target, '__generated__') &&
      !resolver.test(target) &&
      (!target.startsWith('kit/graphql/') || target === 'kit/graphql/errors.ts'),
    passes: ['subgraphs/order/checkout/actions/place-order.ts', 'kit/user-error/user-error.ts'],
    fails: ['subgraphs/order/checkout/actions/place-order.ts', 'subgraphs/order/__generated__/types.ts'],
  },
  {
    name: 'stores come by argument',
    protects: 'An action can be tested against any store, and what it reads and writes is visible in its signature.',
    applies: (from) => trigger.test(from),
    allows: (target) => !inFolder(target, 'store') && target !== 'mongoose',
    typesFrom: /./,
    passes: ['subgraphs/member/points/actions/spend-points.ts', 'subgraphs/member/points/domain/oldest-lots-first.ts'],
    fails: ['subgraphs/member/points/actions/spend-points.ts', 'subgraphs/member/points/store/points-lots.ts'],
  },
  {
    name: 'a feature keeps to itself',
    protects:
      'A feature can be changed or removed without reading the others; they share pure rules and types, nothing that acts.',
    applies: (from) => trigger.test(from),
    allows: (target, from) =>
      !target.startsWith(`${subgraphOf(from)}/`) ||
      target.split('/').length === 3 ||
      featureOf(target) === featureOf(from) ||
      inFolder(target, 'domain'),
    typesFrom: /./,
    passes: ['subgraphs/order/payment/actions/pay-order.ts', 'subgraphs/order/order/domain/order-states.ts'],
    fails: ['subgraphs/order/payment/actions/pay-order.ts', 'subgraphs/order/cart/actions/empty-cart.ts'],
  },
  {
    name: 'stores only store',
    protects: 'The database can be changed without touching a rule, and no query decides what the business does.',
    applies: (from) => from.startsWith('subgraphs/') && inFolder(from, 'store'),
    allows: (target) =>
      !trigger.test(target) && !inFolder(target, 'queries') && !resolver.test(target) && target !== 'graphql',
    passes: ['subgraphs/logistics/stock/store/stock-levels.ts', 'mongoose'],
    fails: ['subgraphs/logistics/stock/store/stock-levels.ts', 'subgraphs/logistics/stock/actions/reserve-stock.ts'],
  },
  {
    name: 'only stores see mongoose',
    protects: 'What is asked of the database, with which index and which write concern, stands in one kind of place.',
    applies: (from) =>
      /^(subgraphs|gateway|kit|clients|explorer)\//.test(from) &&
      !isWiring(from) &&
      !inFolder(from, 'store') &&
      !storing.test(from),
    allows: (target) => target !== 'mongoose' && target !== 'mongodb',
    passes: ['subgraphs/product/catalog/catalog.loaders.ts', 'dataloader'],
    fails: ['subgraphs/product/catalog/queries/list-products.ts', 'mongoose'],
  },
  {
    name: 'a subgraph stands alone',
    protects:
      'Each subgraph can be deployed, scaled and understood by itself; they meet in the graph, a typed call or an event.',
    applies: (from) => from.startsWith('subgraphs/'),
    allows: (target, from) =>
      !ours.test(target) || target.startsWith('kit/') || target.startsWith(`${subgraphOf(from)}/`),
    evenTests: true,
    passes: ['subgraphs/order/app.ts', 'kit/neighbours/logistics-operations.ts'],
    fails: ['subgraphs/order/app.ts', 'subgraphs/logistics/stock/store/stock-levels.ts'],
  },
  {
    name: 'the gateway owns no data',
    protects: 'The gateway composes and guards; it can be replicated at will and never knows a business rule.',
    applies: (from) => from.startsWith('gateway/'),
    allows: (target) => !ours.test(target) || /^(gateway|kit|schema)\//.test(target),
    evenTests: true,
    passes: ['gateway/server/server.ts', 'kit/transport/transport.ts'],
    fails: ['gateway/server/server.ts', 'subgraphs/member/app.ts'],
  },
  {
    name: 'kit knows nobody above it',
    protects: 'What everybody stands on never depends on one of them.',
    applies: (from) => from.startsWith('kit/'),
    allows: (target) => !ours.test(target) || target.startsWith('kit/'),
    evenTests: true,
    passes: ['kit/outbox/relay.ts', 'kit/lease/lease.ts'],
    fails: ['kit/outbox/relay.ts', 'subgraphs/order/app.ts'],
  },
  {
    name: 'clients ship alone',
    protects: 'A client runs on a phone: it gets its documents and nothing of the server.',
    applies: (from) => /^(clients|explorer)\//.test(from),
    allows: (target, from) => !ours.test(target) || target.startsWith(`${from.split('/')[0] ?? ''}/`),
    passes: ['clients/app/fetcher.ts', 'clients/app/__generated__/operations.ts'],
    fails: ['clients/app/fetcher.ts', 'kit/money/money.ts'],
  },
];
