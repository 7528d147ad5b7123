import type { ImportJob } from './domain/import-job.ts';

export type ImportJobMapper = ImportJob;
