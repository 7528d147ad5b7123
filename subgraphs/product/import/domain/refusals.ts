import type { Refusal } from '#kit/user-error/user-error.ts';
import { importLimits } from './import-job.ts';

/** MALFORMED_FILE: reading failed in this line. */
export function malformedFile(line: number, reason: { en: string; zh: string }) {
  return {
    type: 'MalformedFileError',
    code: 'MALFORMED_FILE',
    path: ['content'],
    line,
    reason,
  } as const satisfies Refusal;
}

/** MISSING_COLUMN: the header lacks a column that is needed. */
export function missingColumn(column: string) {
  return { type: 'MissingColumnError', code: 'MISSING_COLUMN', path: ['content'], column } as const satisfies Refusal;
}

/** FILE_TOO_LARGE: more bytes or rows than one import takes. */
export function fileTooLarge() {
  return {
    type: 'FileTooLargeError',
    code: 'FILE_TOO_LARGE',
    path: ['content'],
    maxBytes: importLimits.bytes,
    maxRows: importLimits.rows,
  } as const satisfies Refusal;
}
