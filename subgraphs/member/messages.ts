import type { Messages } from '#kit/user-error/user-error.ts';
import type { tooManyAddresses } from './address/domain/address-book.ts';
import type { unfinishedOrders } from './erasure/domain/unfinished-orders.ts';
import type { insufficientPoints } from './points/domain/ledger.ts';
import type { tooManyAttempts, weakPassword, WeChatFailure } from './session/domain/refusals.ts';

const wechatReasons: Record<WeChatFailure, { en: string; zh: string }> = {
  UNKNOWN_APP: { en: 'This mini-program is not one of ours.', zh: '该小程序未接入。' },
  INVALID_CODE: {
    en: 'WeChat does not accept this code any more. Please try again.',
    zh: '微信登录凭证已失效，请重新登录。',
  },
  CODE_USED: { en: 'This code was used before. Please try again.', zh: '微信登录凭证已被使用，请重新登录。' },
  TOO_OFTEN: { en: 'WeChat asks you to wait a moment before signing in again.', zh: '登录过于频繁，请稍后再试。' },
  UNAVAILABLE: {
    en: 'WeChat cannot be reached right now. Please try again later.',
    zh: '暂时无法连接微信，请稍后再试。',
  },
};

/** The sentences for this subgraph's refusals, by code. */
export const memberMessages: Messages = {
  INVALID_CREDENTIALS: {
    en: () => 'The account or the password is wrong. Please check both.',
    zh: () => '账号或密码错误，请检查后重试。',
  },
  TOO_MANY_ATTEMPTS: {
    en: ({ retryAfterSeconds }: ReturnType<typeof tooManyAttempts>) =>
      `Too many attempts. Please try again in ${inWords(retryAfterSeconds).en}.`,
    zh: ({ retryAfterSeconds }: ReturnType<typeof tooManyAttempts>) =>
      `尝试次数过多，请在${inWords(retryAfterSeconds).zh}后重试。`,
  },
  IDENTITY_TAKEN: {
    en: () => 'An account with this e-mail address or mobile number already exists. Sign in instead.',
    zh: () => '该邮箱或手机号已注册，请直接登录。',
  },
  WEAK_PASSWORD: {
    en: ({ minLength, maxLength }: ReturnType<typeof weakPassword>) =>
      `Use a password of ${minLength} to ${maxLength} characters.`,
    zh: ({ minLength, maxLength }: ReturnType<typeof weakPassword>) =>
      `密码长度须为 ${minLength} 至 ${maxLength} 个字符。`,
  },
  SESSION_EXPIRED: {
    en: () => 'Your session has ended. Please sign in again.',
    zh: () => '登录已过期，请重新登录。',
  },
  REFRESH_TOKEN_REUSED: {
    en: () => 'This session was used twice and has ended for your safety. Please sign in again.',
    zh: () => '检测到登录凭证被重复使用，为保障安全已退出，请重新登录。',
  },
  WECHAT_SIGN_IN_FAILED: {
    en: ({ reason }: { reason: WeChatFailure }) => wechatReasons[reason].en,
    zh: ({ reason }: { reason: WeChatFailure }) => wechatReasons[reason].zh,
  },
  TOO_MANY_ADDRESSES: {
    en: ({ limit }: ReturnType<typeof tooManyAddresses>) =>
      `You can keep ${limit} addresses. Remove one before you add another.`,
    zh: ({ limit }: ReturnType<typeof tooManyAddresses>) => `最多可保存 ${limit} 个收货地址，请先删除一个。`,
  },
  UNFINISHED_ORDERS: {
    en: ({ orders }: ReturnType<typeof unfinishedOrders>) =>
      `${orders} of your orders are not over yet. Please receive, return or cancel them first.`,
    zh: ({ orders }: ReturnType<typeof unfinishedOrders>) => `您还有 ${orders} 个订单未完结，请先收货、退货或取消。`,
  },
  INSUFFICIENT_POINTS: {
    en: ({ requested, available }: ReturnType<typeof insufficientPoints>) =>
      `You have ${available} points to spend, not ${requested}.`,
    zh: ({ requested, available }: ReturnType<typeof insufficientPoints>) =>
      `可用积分为 ${available}，不足 ${requested}。`,
  },
  PARTNER_NAME_TAKEN: {
    en: () => 'Another partner has this name. Use a different one.',
    zh: () => '已有同名合作伙伴，请使用其他名称。',
  },
};

function inWords(seconds: number): { en: string; zh: string } {
  if (seconds < 90) return { en: `${seconds} seconds`, zh: ` ${seconds} 秒` };
  const minutes = Math.ceil(seconds / 60);
  return { en: `${minutes} minutes`, zh: ` ${minutes} 分钟` };
}
