import { expect, test } from '@jest/globals';
import type { GraphQLScalarType } from 'graphql';
import { complete } from './complete-resolvers.ts';

// What codegen makes, in small. That a missing resolver does not compile is checked by the compiler: each
// `@ts-expect-error` below is an error itself when the line compiles.
type Resolver<Result, Parent> = (parent: Parent) => Promise<Result> | Result;
interface ProductMapper {
  readonly _id: string;
  readonly title: string;
  readonly subtitle?: string;
  readonly count: () => Promise<number>;
}
type Nothing = Record<PropertyKey, never>;
interface Parents {
  Query: Nothing;
  Product: ProductMapper;
  Sku: { readonly id: string };
}
interface Resolvers {
  Query?: { product?: Resolver<ProductMapper | null, Nothing> };
  Product?: {
    __resolveReference?: (reference: { __typename: 'Product'; id: string }) => ProductMapper | null;
    id?: Resolver<string, ProductMapper>;
    title?: Resolver<string, ProductMapper>;
    subtitle?: Resolver<string | null, ProductMapper>;
    count?: Resolver<number, ProductMapper>;
  };
  Sku?: {
    __resolveReference?: (reference: { __typename: 'Sku'; id: string }) => Parents['Sku'];
    id?: Resolver<string, Parents['Sku']>;
  };
  UserError?: { __resolveType: () => string };
  Money?: { amount?: Resolver<string, { minor: number }> };
  DateTime?: GraphQLScalarType;
}

const define = complete<Resolvers, Parents>();
const id = (product: ProductMapper) => product._id;
const product = () => null;

test('resolvers are complete without those that a parent answers, the kit answers or a reference is enough for', () => {
  const given = { Query: { product }, Product: { id, __resolveReference: () => null } };
  expect(define(given)).toBe(given);
});

test('a missing root field, mapped field or reference does not compile', () => {
  // @ts-expect-error Query.product is missing
  define({ Product: { id, __resolveReference: () => null } });
  // @ts-expect-error Product.id is missing: the mapper calls it _id
  define({ Query: { product }, Product: { __resolveReference: () => null } });
  // @ts-expect-error Product.__resolveReference is missing: a reference is no whole product
  define({ Query: { product }, Product: { id } });
  // @ts-expect-error a field that answers with something else
  define({ Query: { product }, Product: { id: () => 7, __resolveReference: () => null } });
  expect.assertions(0);
});
