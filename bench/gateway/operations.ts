import type { ClientRequest } from '../measure/hammer.ts';

/** One of the four requests that gateways are compared by. */
export interface GatewayLoad {
  readonly name: string;
  readonly request: ClientRequest;
}

const money = 'amount currency';
const productById = `query ProductById($id: ID!) { product(id: $id) { id title price { ${money} } brand { name } images { url alt } } }`;
const listing = `query Listing($first: Int!) {
  products(first: $first) { ...Card stock { available warehouse } promotions { id label percent } }
}
fragment Card on Product { id title price { ${money} } image: images { url } }`;
const myOrders = `query MyOrders($first: Int!, $withTier: Boolean = true) {
  me {
    id
    name
    tier @include(if: $withTier)
    orders(first: $first) {
      id
      number
      total { ${money} }
      lines { id quantity product { __typename id title price { ${money} } } }
      shipments { id carrier trackingNumber status }
    }
  }
}`;
const renameOrder = `mutation RenameOrder($input: RenameOrderInput!) {
  renameOrder(input: $input) { order { id note } userErrors { code message } }
}`;

/** The four requests; the second two are made by somebody who is signed in with `token`. */
export function gatewayLoads(token: string): readonly GatewayLoad[] {
  const load = (name: string, query: string, variables: object, headers: Record<string, string> = {}): GatewayLoad => ({
    name,
    request: { body: JSON.stringify({ query, variables }), headers },
  });
  const signedIn = { authorization: `Bearer ${token}` };
  return [
    load('Q1: a product, one subgraph', productById, { id: 'prd_7' }),
    load('Q2: 20 products, three subgraphs', listing, { first: 20 }),
    load('Q3: 10 orders with 30 lines, four subgraphs', myOrders, { first: 10 }, signedIn),
    load('Q4: a mutation', renameOrder, { input: { id: 'ord_3', note: 'ring twice' } }, signedIn),
  ];
}
