import { describe, expect, test } from '@jest/globals';
import { addressRefusals, tidyAddress } from './delivery-address.ts';

const address = {
  recipient: '王芳',
  phone: '138 0000 0000',
  region: '上海市',
  city: '上海市',
  line: '人民路 1 号',
  postalCode: null,
};

describe('a delivery address', () => {
  test('is complete without a postal code', () => {
    expect(addressRefusals(tidyAddress({ ...address, postalCode: ' ' }), ['address'])).toEqual([]);
  });

  test.each(['recipient', 'region', 'city', 'line'])('without %s is INVALID_INPUT there', (part) => {
    const refusals = addressRefusals(tidyAddress({ ...address, [part]: '  ' }), ['address']);
    expect(refusals).toMatchObject([{ code: 'INVALID_INPUT', path: ['address', part] }]);
  });

  test.each(['1234', 'call me', '+', '1'.repeat(21), '138-0000-0000; rm'])(
    'with the telephone number %p is INVALID_INPUT there',
    (phone) => {
      expect(addressRefusals(tidyAddress({ ...address, phone }), ['address'])).toMatchObject([
        { code: 'INVALID_INPUT', path: ['address', 'phone'] },
      ]);
    },
  );

  test.each(['+86 138-0000-0000', '02112345678'])('takes the telephone number %p', (phone) => {
    expect(addressRefusals(tidyAddress({ ...address, phone }), ['address'])).toEqual([]);
  });
});
