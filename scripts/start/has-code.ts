/** True for a system error with this code, e.g. ENOENT. By its shape: in jest, errors of Node's own modules are of another realm. */
export function hasCode(error: unknown, code: string): boolean {
  return typeof error === 'object' && error !== null && 'code' in error && error.code === code;
}
