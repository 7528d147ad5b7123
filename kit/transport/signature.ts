import { hash, randomBytes, timingSafeEqual } from 'node:crypto';
import { createDocumentCache } from '#kit/graphql/document-cache.ts';
import { viewerSchema, type Viewer } from '#kit/viewer/viewer.ts';

/** The header that carries who a call is made for, signed. */
export const viewerHeader = 'x-fullchain-viewer';

/** How long a signature is good for, in both directions of clock difference, milliseconds. */
export const signatureWindowMs = 60_000;

const version = 'v2';

export type SignatureFault = 'MISSING' | 'MALFORMED' | 'STALE' | 'WRONG' | 'REPLAYED';

/** A call that must not be answered. The message names the fault and nothing that was sent. */
export class SignatureError extends Error {
  readonly fault: SignatureFault;
  /** The secret by which everything but the time was right; only then may the caller be told anything. */
  readonly secret: string | null;
  constructor(fault: SignatureFault, secret: string | null = null) {
    super(`the call's signature is ${fault.toLowerCase()}`);
    this.name = 'SignatureError';
    this.fault = fault;
    this.secret = secret;
  }
}

/** Remembers which calls were made, for as long as their signatures would still be accepted. */
export interface ReplayGuard {
  /** True the first time a sender's call of that number is seen within the window. */
  firstUse(sender: string, count: number, now: Date): boolean;
}

/** The numbers of the calls of each sender. */
type Calls = Map<string, Set<number>>;

/** Two generations of calls: each is remembered for one to two windows on both sides of now, and memory stays bounded by the rate of calls. */
export function createReplayGuard(): ReplayGuard {
  const generationMs = 2 * signatureWindowMs;
  let current: Calls = new Map();
  let previous: Calls = new Map();
  let generation = 0;
  return {
    firstUse(sender, count, now) {
      const at = Math.floor(now.getTime() / generationMs);
      if (at !== generation) {
        previous = at === generation + 1 ? current : new Map();
        current = new Map();
        generation = at;
      }
      const known = current.get(sender);
      if (known?.has(count) === true || previous.get(sender)?.has(count) === true) return false;
      if (known === undefined) current.set(sender, new Set([count]));
      else known.add(count);
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
  /** The exact text that is sent. In process, where objects are handed over, it is empty. */
  readonly body: string;
  readonly now: Date;
}

/**
 * The value of `x-fullchain-viewer` for one call: version, time, sender, number of the call, request, client's address, viewer, and the HMAC-SHA256 over
 * these, target and body.
 */
export function signCall({ secret, target, viewer, requestId, clientAddress = '', body, now }: SignedCall): string {
  sender.calls += 1;
  const facts = `${encodeURIComponent(requestId)}|${encodeURIComponent(clientAddress)}|${textOf(viewer)}`;
  const head = `${version}|${now.getTime()}|${sender.name}|${sender.calls}|${facts}`;
  return `${head}|${macOf(secret, head, target, body)}`;
}

interface CallToVerify {
  /** Every secret that is valid now: two while one replaces the other. */
  readonly secrets: readonly string[];
  readonly target: string;
  readonly header: string | undefined;
  /** The text as it will be read. */
  readonly body: string;
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
  const [
    givenVersion,
    time = '',
    from = '',
    count = '',
    requestId = '',
    clientAddress = '',
    viewer = '',
    mac,
    ...rest
  ] = header.split('|');
  if (givenVersion !== version || !digits.test(time) || !digits.test(count) || mac === undefined || rest.length > 0) {
    throw new SignatureError('MALFORMED');
  }
  const head = header.slice(0, -mac.length - 1);
  const signedBy = secrets.find((secret) => sameMac(mac, macOf(secret, head, target, body)));
  if (signedBy === undefined) throw new SignatureError('WRONG');
  if (Math.abs(now.getTime() - Number(time)) > signatureWindowMs) throw new SignatureError('STALE', signedBy);
  if (replays && !replays.firstUse(from, Number(count), now)) throw new SignatureError('REPLAYED');
  const call = { viewer: viewerOf(viewer), requestId: decodeURIComponent(requestId) };
  return clientAddress === '' ? call : { ...call, clientAddress: decodeURIComponent(clientAddress) };
}

const digits = /^\d{1,15}$/;

/** This process among all that sign, by what no other one has, and how many calls it has signed: so no two headers are alike, and a replay is told from a second call. */
const sender = { name: randomBytes(12).toString('base64url'), calls: 0 };

/** A viewer makes several calls for a request, and many requests. */
const texts = new WeakMap<Viewer, string>();

function textOf(viewer: Viewer): string {
  const known = texts.get(viewer);
  if (known !== undefined) return known;
  const text = Buffer.from(JSON.stringify(viewer)).toString('base64url');
  texts.set(viewer, text);
  return text;
}

/** Viewers by the texts that were signed, of those who called last. */
const viewers = createDocumentCache<Viewer>(2_000);

/** Only for a text whose signature is good. */
function viewerOf(text: string): Viewer {
  const known = viewers.get(text);
  if (known !== undefined) return known;
  const viewer = viewerSchema.parse(JSON.parse(Buffer.from(text, 'base64url').toString('utf8')));
  viewers.set(text, viewer);
  return viewer;
}

/** A secret as HMAC needs it. */
interface Pads {
  /** What is hashed before the text: ASCII, so that it may stand in one string with it. */
  readonly inner: string;
  /** What is hashed before the inner hash, with room for that. */
  readonly outer: Buffer;
}

/** There are two secrets at most, while one replaces the other. */
const pads = new Map<string, Pads>();
const blockBytes = 64;

function padsOf(secret: string): Pads {
  const known = pads.get(secret);
  if (known) return known;
  const key = Buffer.from(hash('sha256', secret, 'hex'));
  const inner = Buffer.from(key.map((byte) => byte ^ 0x36)).toString('latin1');
  const outer = Buffer.concat([key.map((byte) => byte ^ 0x5c)], blockBytes + 32);
  const fresh = { inner, outer };
  pads.set(secret, fresh);
  return fresh;
}

/**
 * HMAC-SHA256 (RFC 2104) over all parts, as base64url; the key is the SHA-256 of the secret in hexadecimal digits, which fill a block. Neither head nor target can hold a line
 * break, so that nothing can be moved from one part into the next. Two plain hashes cost two thirds of what Node's own HMAC does, whose object has to be made and
 * collected for each call.
 */
export function macOf(secret: string, head: string, target: string, body: string): string {
  const { inner, outer } = padsOf(secret);
  outer.write(hash('sha256', `${inner}${head}\n${target}\n${body}`, 'binary'), blockBytes, 'latin1');
  return hash('sha256', outer, 'base64url');
}

/** Whether two HMACs are the same, in a time that doesn't tell where they differ. */
export function sameMac(given: string, right: string): boolean {
  return given.length === right.length && timingSafeEqual(Buffer.from(given, 'latin1'), Buffer.from(right, 'latin1'));
}
