import { invalidInput, type Refusal } from '#kit/user-error/user-error.ts';
import type { Shipment, TrackingEvent } from './shipment.ts';

const longestDescription = 500;
const longestLocation = 200;
/** Carriers' clocks: how far a report may lie before the handover, and ahead of ours, milliseconds. */
const leewayBefore = 24 * 3_600_000;
const leewayAhead = 10 * 60_000;

/** What is wrong with a carrier's report about a shipment; empty when nothing is. */
export function reportProblems(shipment: Shipment, event: TrackingEvent, now: Date): Refusal[] {
  const problems: Refusal[] = [];
  const { length } = event.description.trim();
  if (length < 1 || length > longestDescription) {
    const en = `The description has 1 to ${longestDescription} characters.`;
    problems.push(invalidInput(['description'], { en, zh: `描述须为 1 到 ${longestDescription} 个字符。` }));
  }
  if ((event.location ?? '').length > longestLocation) {
    const en = `The location has at most ${longestLocation} characters.`;
    problems.push(invalidInput(['location'], { en, zh: `地点不得超过 ${longestLocation} 个字符。` }));
  }
  const at = event.at.getTime();
  if (at < shipment.shippedAt.getTime() - leewayBefore || at > now.getTime() + leewayAhead) {
    const en = 'The report must lie between the handover to the carrier and now.';
    problems.push(invalidInput(['at'], { en, zh: '物流时间须在交运之后且不晚于当前时间。' }));
  }
  return problems;
}

/** INVALID_INPUT: a carrier reported too often about one shipment. */
export function tooManyReports(most: number) {
  const en = `A shipment takes at most ${most} reports.`;
  return invalidInput(['trackingNumber'], { en, zh: `一个运单最多接受 ${most} 条物流记录。` });
}

/** INVALID_INPUT: several carriers use this number, the caller must say which one is meant. */
export function carrierNeeded() {
  return invalidInput(['carrierCode'], {
    en: 'Several carriers use this tracking number: name the carrier.',
    zh: '多家承运商使用该运单号，请指明承运商。',
  });
}
