import { invalidInput, type Refusal } from '#kit/user-error/user-error.ts';

/** INVALID_INPUT unless it is 4 to 40 letters, digits and hyphens. */
export function trackingNumberProblem(trackingNumber: string) {
  if (/^[A-Za-z0-9-]{4,40}$/.test(trackingNumber)) return null;
  return invalidInput(['trackingNumber'], {
    en: 'A tracking number has 4 to 40 letters, digits and hyphens.',
    zh: '运单号须为 4 到 40 位字母、数字或连字符。',
  });
}

/** TRACKING_NUMBER_TAKEN: the carrier gave this number to another shipment. */
export function trackingNumberTaken(carrierCode: string, trackingNumber: string) {
  return {
    type: 'TrackingNumberTakenError',
    code: 'TRACKING_NUMBER_TAKEN',
    path: ['trackingNumber'],
    carrierCode,
    trackingNumber,
  } as const satisfies Refusal;
}
