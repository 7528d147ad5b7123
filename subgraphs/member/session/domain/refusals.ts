import type { Refusal } from '#kit/user-error/user-error.ts';
import { passwordLimits } from './password-rules.ts';

/** Why WeChat's word could not be had. */
export type WeChatFailure = 'UNKNOWN_APP' | 'INVALID_CODE' | 'CODE_USED' | 'TOO_OFTEN' | 'UNAVAILABLE';

/** INVALID_CREDENTIALS: the same for a wrong password and an unknown account. */
export function invalidCredentials() {
  return { type: 'InvalidCredentialsError', code: 'INVALID_CREDENTIALS' } as const satisfies Refusal;
}

/** TOO_MANY_ATTEMPTS: nothing was tried; the next try counts again after the given seconds. */
export function tooManyAttempts(retryAfterSeconds: number) {
  return { type: 'TooManyAttemptsError', code: 'TOO_MANY_ATTEMPTS', retryAfterSeconds } as const satisfies Refusal;
}

/** IDENTITY_TAKEN: `path` only when a single identity was given, so that the answer tells nothing of the other. */
export function identityTaken(path?: readonly string[]) {
  return {
    type: 'IdentityTakenError',
    code: 'IDENTITY_TAKEN',
    ...(path === undefined ? {} : { path }),
  } as const satisfies Refusal;
}

/** WEAK_PASSWORD, with the limits in characters. */
export function weakPassword() {
  const { min: minLength, max: maxLength } = passwordLimits;
  return {
    type: 'WeakPasswordError',
    code: 'WEAK_PASSWORD',
    path: ['password'],
    minLength,
    maxLength,
  } as const satisfies Refusal;
}

/** SESSION_EXPIRED: unknown, ended or too old; which of them isn't told. */
export function sessionExpired() {
  return { type: 'SessionExpiredError', code: 'SESSION_EXPIRED', path: ['refreshToken'] } as const satisfies Refusal;
}

/** REFRESH_TOKEN_REUSED: the whole family has ended. */
export function refreshTokenReused() {
  return {
    type: 'RefreshTokenReusedError',
    code: 'REFRESH_TOKEN_REUSED',
    path: ['refreshToken'],
  } as const satisfies Refusal;
}

/** WECHAT_SIGN_IN_FAILED, with WeChat's reason. */
export function wechatSignInFailed(reason: WeChatFailure) {
  return {
    type: 'WeChatSignInFailedError',
    code: 'WECHAT_SIGN_IN_FAILED',
    path: [reason === 'UNKNOWN_APP' ? 'appId' : 'code'],
    reason,
  } as const satisfies Refusal;
}
