import type { KeyObject } from 'node:crypto';
import { z } from 'zod';
import { secretSetting } from '#kit/config/secret.ts';
import { rsaKeyOf } from '../rsa-key.ts';

/** What we are to WeChat Pay, and its own keys. */
export interface WeChatPaySettings {
  /** The platform's address, without a path. */
  readonly url: string;
  readonly merchantId: string;
  readonly appId: string;
  /** The serial number of our certificate, and the private key it belongs to. */
  readonly merchantSerial: string;
  readonly merchantKey: KeyObject;
  /** Opens what notifications hold: 32 bytes. */
  readonly apiV3Key: Buffer;
  /** The platform's public keys by serial number or key id: two while one replaces the other. */
  readonly platformKeys: ReadonlyMap<string, KeyObject>;
}

const keysShape = z.record(z.string().min(1), z.string().min(1));

/** The settings in the environment. */
export const weChatPayVariables = z.object({
  WECHAT_PAY_MERCHANT_ID: z
    .string()
    .regex(/^\d{8,10}$/)
    .describe("the merchant's number at WeChat Pay, 8 to 10 digits"),
  WECHAT_PAY_APP_ID: z.string().min(1).describe('the id of the mini-program that is bound to the merchant'),
  WECHAT_PAY_MERCHANT_SERIAL: z
    .string()
    .regex(/^[0-9A-Fa-f]{16,64}$/)
    .describe("the serial number of the merchant's API certificate, in hexadecimal digits"),
  WECHAT_PAY_MERCHANT_KEY: z
    .string()
    .transform((text, context) => rsaKeyOf('PRIVATE', text, context))
    .describe("the private key of the merchant's API certificate: RSA of at least 2048 bits, PEM"),
  WECHAT_PAY_API_V3_KEY: secretSetting(
    z
      .string()
      .regex(/^[\x21-\x7e]{32}$/)
      .describe('the APIv3 key of 32 characters'),
  ),
  WECHAT_PAY_PLATFORM_KEYS: z
    .string()
    .transform((text, context) => platformKeysOf(text, context))
    .describe(
      "a JSON object of WeChat Pay's public keys or certificates: each key id or serial number with its PEM; two while one replaces the other",
    ),
  WECHAT_PAY_API_URL: z
    .url({ protocol: /^https?$/ })
    .default('https://api.mch.weixin.qq.com')
    .describe('the address of WeChat Pay, for example https://api.mch.weixin.qq.com'),
});

/** The settings as the adapter takes them. */
export function weChatPaySettings(read: z.output<typeof weChatPayVariables>): WeChatPaySettings {
  return {
    url: read.WECHAT_PAY_API_URL,
    merchantId: read.WECHAT_PAY_MERCHANT_ID,
    appId: read.WECHAT_PAY_APP_ID,
    merchantSerial: read.WECHAT_PAY_MERCHANT_SERIAL.toUpperCase(),
    merchantKey: read.WECHAT_PAY_MERCHANT_KEY,
    apiV3Key: Buffer.from(read.WECHAT_PAY_API_V3_KEY),
    platformKeys: read.WECHAT_PAY_PLATFORM_KEYS,
  };
}

function platformKeysOf(text: string, context: z.RefinementCtx<string>): ReadonlyMap<string, KeyObject> {
  const read = keysShape.safeParse(jsonOf(text));
  const entries = Object.entries(read.success ? read.data : {});
  if (entries.length > 0) return new Map(entries.map(([id, pem]) => [id, rsaKeyOf('PUBLIC', pem, context)]));
  context.addIssue({ code: 'custom', message: 'no keys' });
  return z.NEVER;
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // The schema refuses it with the setting's name.
    return null;
  }
}
