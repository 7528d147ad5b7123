import type { KeyObject } from 'node:crypto';
import { z } from 'zod';
import { rsaKeyOf } from '../rsa-key.ts';

/** What we are to Alipay, and its own key. */
export interface AlipaySettings {
  /** The address of its gateway. */
  readonly url: string;
  readonly appId: string;
  /** The account that gets the money, `2088…`. */
  readonly sellerId: string;
  readonly appKey: KeyObject;
  readonly alipayKey: KeyObject;
}

/** The settings in the environment. */
export const alipayVariables = z.object({
  ALIPAY_APP_ID: z
    .string()
    .regex(/^\d{16}$/)
    .describe('the id of our app at Alipay, 16 digits'),
  ALIPAY_SELLER_ID: z
    .string()
    .regex(/^2088\d{12}$/)
    .describe('the number of the account that gets the money, 16 digits that begin with 2088'),
  ALIPAY_APP_KEY: z
    .string()
    .transform((text, context) => rsaKeyOf('PRIVATE', text, context))
    .describe("our app's private key: RSA of at least 2048 bits, PEM or the base64 of PKCS#8"),
  ALIPAY_PUBLIC_KEY: z
    .string()
    .transform((text, context) => rsaKeyOf('PUBLIC', text, context))
    .describe("Alipay's public key (not our app's): RSA of at least 2048 bits, PEM or base64"),
  ALIPAY_GATEWAY_URL: z
    .url({ protocol: /^https?$/ })
    .default('https://openapi.alipay.com/gateway.do')
    .describe("the address of Alipay's gateway, for example https://openapi.alipay.com/gateway.do"),
});

/** The settings as the adapter takes them. */
export function alipaySettings(read: z.output<typeof alipayVariables>): AlipaySettings {
  return {
    url: read.ALIPAY_GATEWAY_URL,
    appId: read.ALIPAY_APP_ID,
    sellerId: read.ALIPAY_SELLER_ID,
    appKey: read.ALIPAY_APP_KEY,
    alipayKey: read.ALIPAY_PUBLIC_KEY,
  };
}
