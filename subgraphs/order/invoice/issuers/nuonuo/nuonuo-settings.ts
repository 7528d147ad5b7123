import { z } from 'zod';
import { ConfigError, readConfig } from '#kit/config/config.ts';
import { secretSetting } from '#kit/config/secret.ts';
import { isCreditCode } from '../../domain/credit-code.ts';

/** What we are to Nuonuo (诺诺), and what stands on our invoices. */
export interface NuonuoSettings {
  /** Where documents are asked for, and where access tokens are had. */
  readonly url: string;
  readonly tokenUrl: string;
  readonly appKey: string;
  readonly appSecret: string;
  readonly seller: { readonly taxNumber: string; readonly address: string; readonly phone: string };
  readonly clerk: string;
  /** The one line of an invoice: name, tax classification (税收分类编码), rate such as `0.13`. */
  readonly goods: { readonly name: string; readonly code: string; readonly taxRate: string };
}

const address = z.url({ protocol: /^https?$/ });

const variables = z.object({
  NUONUO_APP_KEY: z.string().min(1).describe('the key of our app at Nuonuo'),
  NUONUO_APP_SECRET: secretSetting(
    z.string().min(16).describe('the secret of our app at Nuonuo, at least 16 characters'),
  ),
  NUONUO_TAX_NUMBER: z
    .string()
    .refine(isCreditCode)
    .describe("the seller's unified social credit code, 18 characters that check"),
  NUONUO_SELLER_ADDRESS: z.string().min(1).describe("the seller's address as it stands on invoices"),
  NUONUO_SELLER_PHONE: z.string().min(1).describe("the seller's telephone number as it stands on invoices"),
  NUONUO_CLERK: z.string().min(1).max(20).describe('who issues invoices, at most 20 characters'),
  NUONUO_GOODS_CODE: z
    .string()
    .regex(/^\d{19}$/)
    .describe('the tax classification of what is sold, 19 digits'),
  NUONUO_GOODS_NAME: z.string().min(1).max(90).default('商品').describe('what invoices call the goods'),
  NUONUO_TAX_RATE: z
    .string()
    .regex(/^0(\.\d{1,3})?$/)
    .default('0.13')
    .describe('the rate of value-added tax that prices include, for example 0.13'),
  NUONUO_API_URL: address
    .default('https://sdk.nuonuo.com/open/v1/services')
    .describe("the address of Nuonuo's services, for example https://sdk.nuonuo.com/open/v1/services"),
  NUONUO_TOKEN_URL: address
    .default('https://open.nuonuo.com/accessToken')
    .describe('where Nuonuo hands out access tokens, for example https://open.nuonuo.com/accessToken'),
});

/** Reads the settings; null when there is none of them. ConfigError in one line when some are missing, or an address lacks https in production. */
export function readNuonuoSettings(env: Readonly<Record<string, string | undefined>>): NuonuoSettings | null {
  const named = Object.keys(variables.shape).some((name) => Boolean(env[name]) || Boolean(env[`${name}_FILE`]));
  if (!named) return null;
  const read = readConfig(variables, env);
  for (const name of ['NUONUO_API_URL', 'NUONUO_TOKEN_URL'] as const) {
    if (env['NODE_ENV'] === 'production' && read[name].startsWith('http:'))
      throw new ConfigError(`${name} has a value that cannot be used. Expected: an address with https in production`);
  }
  return {
    url: read.NUONUO_API_URL,
    tokenUrl: read.NUONUO_TOKEN_URL,
    appKey: read.NUONUO_APP_KEY,
    appSecret: read.NUONUO_APP_SECRET,
    seller: {
      taxNumber: read.NUONUO_TAX_NUMBER,
      address: read.NUONUO_SELLER_ADDRESS,
      phone: read.NUONUO_SELLER_PHONE,
    },
    clerk: read.NUONUO_CLERK,
    goods: { name: read.NUONUO_GOODS_NAME, code: read.NUONUO_GOODS_CODE, taxRate: read.NUONUO_TAX_RATE },
  };
}
