import { request } from 'undici';
import { z } from 'zod';
import { ProviderError } from '../payment-provider.ts';
import type { AskAlipay } from './alipay-client.ts';
import type { AlipaySettings } from './alipay-settings.ts';

/** A bill's address is good for 30 s. */
const timeoutMs = 30_000;
/** A packed bill, bytes: about a million trades. */
const largestBill = 64 * 1024 * 1024;
const hosts = ['.alipay.com', '.alipaydev.com'];
const answerShape = z.object({ bill_download_url: z.url() });

/**
 * The packed bill of all trades of a day by China's calendar; null when there were none. Alipay signs the address but not the file, so it comes from Alipay's own hosts over
 * TLS and from nowhere else. Throws ProviderError when there is no such file.
 */
export async function downloadAlipayBill(
  ask: AskAlipay,
  settings: AlipaySettings,
  day: string,
): Promise<Uint8Array | null> {
  const unknown = (message: string, cause?: unknown) => new ProviderError('UNKNOWN', 'ALIPAY', message, { cause });
  const content = { bill_type: 'trade', bill_date: day };
  const { code, subCode, body } = await ask({ method: 'alipay.data.dataservice.bill.downloadurl.query', content });
  if (/bill_not_exist$/i.test(subCode)) return null;
  if (code !== '10000') throw new ProviderError('REFUSED', 'ALIPAY', `${code} ${subCode}`);
  const read = answerShape.safeParse(body);
  const address = read.success ? trustedAddress(read.data.bill_download_url, settings) : null;
  if (address === null) throw unknown('it names no address of its own for a bill');
  try {
    // Redirects are not followed: where they lead nobody has looked at.
    const answer = await request(address, { signal: AbortSignal.timeout(timeoutMs) });
    if (answer.statusCode !== 200) throw new Error(`status ${answer.statusCode}`);
    const chunks: Uint8Array[] = [];
    let size = 0;
    for await (const chunk of answer.body as AsyncIterable<Uint8Array>) {
      size += chunk.length;
      if (size > largestBill) throw new RangeError(`it is larger than ${largestBill} bytes`);
      chunks.push(chunk);
    }
    return Buffer.concat(chunks);
  } catch (error) {
    throw unknown('a bill could not be downloaded', error);
  }
}

/** The address if it is one of Alipay's, by HTTPS whatever it says itself, or stands beside the gateway that was set; null otherwise. */
export function trustedAddress(text: string, settings: Pick<AlipaySettings, 'url'>): URL | null {
  const address = new URL(text);
  if (address.username !== '' || address.password !== '') return null;
  if (address.origin === new URL(settings.url).origin) return address;
  if (!['http:', 'https:'].includes(address.protocol) || address.port !== '') return null;
  if (!hosts.some((host) => address.hostname.endsWith(host))) return null;
  address.protocol = 'https:';
  return address;
}
