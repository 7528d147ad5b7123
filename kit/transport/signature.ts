import { createHmac, createSecretKey, hash, type KeyObject, randomBytes, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';
import { viewerSchema, type Viewer } from '#kit/viewer/viewer.ts';

/** The header that carries who a call is made for, signed. */
export const viewerHeader = 'x-fullchain-viewer';

/** How long a signature is good for, in both directions of clock difference, milliseconds. */
export const signatureWindowMs = 60_000;

const version = 'v1';
const payloadSchema = z.object({
  viewer: viewerSchema,
  requestId: z.string().min(1).max(100),
  clientAddress: z.string().min(1).max(64).optional(),
  /** Makes every header unique, so that a verifier can tell a replay from a second call. */
  nonce: z.string().min(1).max(40),
});

export type SignatureFault = 'MISSING' | 'MALFORMED' | 'STALE' | 'WRONG' | 'REPLAYED';

/** A call that must not be answered. The message names the fault and nothing that was sent. */
export class SignatureError extends Error {
  readonly fault: SignatureFault;
  constructor(fault: SignatureFault) {
    super(`the call's signature is ${fault.toLowerCase()}`);
    this.name = 'SignatureError';
    this.fault = fault;
  }
}

/** Remembers signatures that were used, for as long as they would still be accepted. */
export interface ReplayGuard {
  /** True the first time a signature is seen within the window. */
  firstUse(signature: string, now: Date): boolean;
}

/** Two generations of signatures: each is remembered for one to two windows on both sides of now, and memory stays bounded by the rate of calls. */
export function createReplayGuard(): ReplayGuard {
  const generationMs = 2 * signatureWindowMs;
  let current = new Set<string>();
  let previous = new Set<string>();
  let generation = 0;
  return {
    firstUse(signature, now) {
      const at = Math.floor(now.getTime() / generationMs);
      if (at !== generation) {
        previous = at === generation + 1 ? current : new Set();
        current = new Set();
        generation = at;
      }
      if (current.has(signature) || previous.has(signature)) return false;
      current.add(signature);
      return true;
    },
  };
}

interface SignedCall {
  /** Secret of at least 32 characters, shared by all services. */
  readonly secret: string;
  /** Service and path the call is for, for example `order/graphql`: a signature for one opens no other. */
  readonly target: string;
  readonly viewer: Viewer;
  readonly requestId: string;
  readonly clientAddress?: string | undefined;
  /** The exact bytes that are sent. In process, where objects are handed over, it is empty. */
  readonly body: Buffer | string;
  readonly now: Date;
}

/** The value of `x-fullchain-viewer` for one call: HMAC-SHA256 over target, time, body hash and viewer. */
export function signCall({ secret, target, viewer, requestId, clientAddress, body, now }: SignedCall): string {
  const time = String(now.getTime());
  const nonce = nextNonce();
  const payload = Buffer.from(JSON.stringify({ viewer, requestId, clientAddress, nonce })).toString('base64url');
  return [version, time, payload, macOf(secret, target, time, body, payload).toString('base64url')].join('.');
}

interface CallToVerify {
  /** Every secret that is valid now: two while one replaces the other. */
  readonly secrets: readonly string[];
  readonly target: string;
  readonly header: string | undefined;
  readonly body: Buffer | string;
  readonly now: Date;
  readonly replays?: ReplayGuard;
}

/** Who a call is made for. Throws `SignatureError` unless the header was signed for this target, body and minute, once. */
export function verifyCall({ secrets, target, header, body, now, replays }: CallToVerify): {
  viewer: Viewer;
  requestId: string;
  clientAddress?: string | undefined;
} {
  if (!header) throw new SignatureError('MISSING');
  const [givenVersion, time, payload, signature, ...rest] = header.split('.');
  if (givenVersion !== version || !time || !payload || !signature || rest.length > 0 || !/^\d{1,15}$/.test(time)) {
    throw new SignatureError('MALFORMED');
  }
  const given = Buffer.from(signature, 'base64url');
  const genuine = secrets.filter((secret) => equal(given, macOf(secret, target, time, body, payload)));
  if (genuine.length === 0) throw new SignatureError('WRONG');
  if (Math.abs(now.getTime() - Number(time)) > signatureWindowMs) throw new SignatureError('STALE');
  // The decoded bytes are remembered, not the text: base64url has several spellings of the same bytes.
  if (replays && !replays.firstUse(given.toString('base64url'), now)) throw new SignatureError('REPLAYED');
  const { nonce: _, ...call } = payloadSchema.parse(JSON.parse(Buffer.from(payload, 'base64url').toString('utf8')));
  return call;
}

/** What no other process has; the count tells the calls of this one apart. */
const nonces = { prefix: randomBytes(12).toString('base64url'), count: 0 };

function nextNonce(): string {
  nonces.count += 1;
  return `${nonces.prefix}.${nonces.count.toString(36)}`;
}

/** There are two secrets at most, while one replaces the other. */
const keys = new Map<string, KeyObject>();

function keyOf(secret: string): KeyObject {
  const known = keys.get(secret);
  if (known) return known;
  const key = createSecretKey(secret, 'utf8');
  keys.set(secret, key);
  return key;
}

function macOf(secret: string, target: string, time: string, body: Buffer | string, payload: string): Buffer {
  const bodyHash = hash('sha256', body, 'hex');
  return createHmac('sha256', keyOf(secret)).update(`${version}|${target}|${time}|${bodyHash}|${payload}`).digest();
}

function equal(a: Buffer, b: Buffer): boolean {
  return a.length === b.length && timingSafeEqual(a, b);
}
