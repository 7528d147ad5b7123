import { secretTexts } from '#kit/config/secret.ts';

/** The setting that every subgraph with personal data reads. */
export const personalDataSettings = {
  PERSONAL_DATA_KEYS: secretTexts('the secrets that protect the keys of personal data, the one for new keys first'),
};
