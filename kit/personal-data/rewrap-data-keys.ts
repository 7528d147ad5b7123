import type { Logger } from 'pino';
import type { Job } from '#kit/jobs/jobs.ts';
import type { PersonalData } from './personal-data.ts';

const everyMs = 60_000;

/** After a new secret was put first in `PERSONAL_DATA_KEYS`: wraps the stored keys by it, so that the old one can be left out. */
export function rewrapDataKeys(personalData: PersonalData, log: Pick<Logger, 'info'>): Job {
  return {
    name: 'rewrap-data-keys',
    everyMs,
    async run({ signal }) {
      const rewrapped = await personalData.rewrap(signal);
      if (rewrapped > 0) log.info({ rewrapped }, 'keys of personal data are wrapped by the first secret now');
    },
  };
}
