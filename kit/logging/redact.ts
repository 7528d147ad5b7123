import { isNativeError } from 'node:util/types';

const secretNames = new Set([
  'accesstoken',
  'apikey',
  'authorization',
  'cookie',
  'email',
  'line',
  'password',
  'phone',
  'recipient',
  'refreshtoken',
  'secret',
  'setcookie',
  'token',
  'xfullchainviewer',
]);

const mask = '[redacted]';
const deepest = 8;

/**
 * A copy of what is about to be logged, with every value whose name says it is personal or secret masked, at any depth
 * and in any spelling (`Access-Token` is an access token). Errors keep their type, text, stack, code and cause only,
 * because a driver's error carries the documents it was about. Objects of a class are named, not walked: behind a
 * socket or a connection stands half the process.
 */
export function redact(value: unknown, depth = 0): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (depth >= deepest) return '[too deep]';
  if (isError(value)) return describeError(value, depth);
  if (Array.isArray(value)) return value.map((entry) => redact(entry, depth + 1));
  if ('toJSON' in value && typeof value.toJSON === 'function') return redact(value.toJSON(), depth + 1);
  if (!isPlain(value)) return `[${value.constructor.name}]`;
  return redactEntries(value, depth);
}

/** `redact` for the entries of one object. */
export function redactEntries(entries: object, depth = 0): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(entries).map(([name, entry]) => [name, isSecretName(name) ? mask : redact(entry, depth + 1)]),
  );
}

function isSecretName(name: string): boolean {
  return secretNames.has(name.toLowerCase().replace(/[^a-z]/g, ''));
}

function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  // Not `=== Object.prototype`: an object from another realm (a worker, a test's sandbox) has its own.
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

function isError(value: unknown): value is Error {
  return value instanceof Error || isNativeError(value);
}

function describeError(error: Error, depth: number): Record<string, unknown> {
  const code = 'code' in error ? error.code : undefined;
  return {
    type: error.name,
    message: error.message,
    stack: error.stack,
    ...(typeof code === 'string' || typeof code === 'number' ? { code } : {}),
    ...(error.cause === undefined ? {} : { cause: redact(error.cause, depth + 1) }),
  };
}

/**
 * MongoDB's duplicate-key message quotes the key's values, an e-mail address for instance, and ends up in stacks and
 * causes too.
 */
export function withoutKeyValues(line: string): string {
  return line.replace(/dup key: \{.*? \}/g, `dup key: ${mask}`);
}
