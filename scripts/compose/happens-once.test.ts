import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { buildASTSchema, getNamedType, isInputObjectType, parse } from 'graphql';
import { root } from '../check/step.ts';

/** What a mutation without a key answers when it is sent twice, each with those that do. */
const without = {
  'It leaves a state that it finds, so a repetition changes nothing or is told where things stand.': [
    ...[
      'approveAfterSale',
      'refuseAfterSale',
      'cancelAfterSale',
      'endReturn',
      'sendBackGoods',
      'turnExchangeIntoRefund',
    ],
    ...['cancelOrderEdit', 'confirmReceipt', 'putOrderOnHold', 'releaseOrderHold', 'voidInvoice', 'voidCoupon'],
    ...[
      'cancelPresale',
      'endPresale',
      'endFlashSale',
      'pausePromotion',
      'resumePromotion',
      'endPromotion',
      'approveBelowFloor',
    ],
    ...['publishProduct', 'unpublishProduct', 'archiveProduct', 'archiveSupplier', 'revokeApiKey', 'signOut'],
    ...['eraseMe', 'eraseMember', 'refreshSession'],
  ],
  'It says how something is to be, so a repetition says the same.': [
    ...['changeOrderAddress', 'changeOrderNote', 'updateCartLine', 'applyCouponCode', 'removeCouponCode'],
    ...['setSkuPrice', 'updateProduct', 'renameSupplier', 'removeAddress'],
  ],
  'What it makes has a name that only one can have.': [
    ...['importExternalOrder', 'recordTrackingEvent', 'createProduct', 'importProducts'],
    ...['createStaff', 'signUp'],
  ],
  'A repetition is another one; nothing moves by it but what its caller sees and can take back.': [
    ...['addCartLines', 'saveAddress', 'createSupplier'],
    ...['createPartner', 'issueApiKey', 'rotateApiKey', 'signIn', 'signInWithWeChat'],
  ],
};

test('every mutation takes a key that makes it happen once, or it is written down here why it needs none', () => {
  const schema = buildASTSchema(parse(readFileSync(join(root, 'schema', 'supergraph.graphql'), 'utf8')), {
    assumeValidSDL: true,
  });
  const mutations = Object.values(schema.getMutationType()?.getFields() ?? {});
  const keyless = mutations.filter(({ args }) =>
    args.every(({ type }) => {
      const input = getNamedType(type);
      return !isInputObjectType(input) || input.getFields()['idempotencyKey'] === undefined;
    }),
  );
  expect(mutations.length - keyless.length).toBeGreaterThan(20);
  expect(keyless.map(({ name }) => name).toSorted()).toEqual(Object.values(without).flat().toSorted());
});
