import { randomBytes } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { hasCode } from './has-code.ts';
import { StartRefused } from './start-refused.ts';

/** The settings that must be secret, by the names of their variables. */
export interface LocalSecrets {
  /** Signs the calls between the services. */
  readonly INTERNAL_CALL_SECRETS: string;
  /** Encrypts the keys that sign the members' tokens. */
  readonly MEMBER_KEY_SECRET: string;
  /** Protects the keys of personal data. */
  readonly PERSONAL_DATA_KEYS: string;
  /** Signs the callbacks of the payment provider for development. */
  readonly PAYMENT_TEST_SECRET: string;
}

const secret = z.string().min(32);
/** What is kept since before personal data was encrypted lacks the secret for it, which is added. */
const earlierShape = z.object({
  INTERNAL_CALL_SECRETS: secret,
  MEMBER_KEY_SECRET: secret,
  PERSONAL_DATA_KEYS: secret.optional(),
  PAYMENT_TEST_SECRET: secret,
});

/**
 * The secrets of a local start: from the environment where they are set, else made once and kept in the data folder,
 * readable by its owner only. Throws StartRefused when the kept file can't be used.
 */
export async function localSecrets(
  dataDir: string,
  env: Readonly<Record<string, string | undefined>>,
): Promise<LocalSecrets> {
  const kept = await keptSecrets(join(dataDir, 'secrets.json'));
  return {
    INTERNAL_CALL_SECRETS: env['INTERNAL_CALL_SECRETS'] || kept.INTERNAL_CALL_SECRETS,
    MEMBER_KEY_SECRET: env['MEMBER_KEY_SECRET'] || kept.MEMBER_KEY_SECRET,
    PERSONAL_DATA_KEYS: env['PERSONAL_DATA_KEYS'] || kept.PERSONAL_DATA_KEYS,
    PAYMENT_TEST_SECRET: env['PAYMENT_TEST_SECRET'] || kept.PAYMENT_TEST_SECRET,
  };
}

async function keptSecrets(file: string): Promise<LocalSecrets> {
  const made = {
    INTERNAL_CALL_SECRETS: newSecret(),
    MEMBER_KEY_SECRET: newSecret(),
    PERSONAL_DATA_KEYS: newSecret(),
    PAYMENT_TEST_SECRET: newSecret(),
  };
  try {
    await writeFile(file, `${JSON.stringify(made, null, 2)}\n`, { mode: 0o600, flag: 'wx' });
    return made;
  } catch (error) {
    if (!hasCode(error, 'EEXIST')) throw error;
  }
  try {
    const kept = earlierShape.parse(JSON.parse(await readFile(file, 'utf8')));
    const whole = { ...kept, PERSONAL_DATA_KEYS: kept.PERSONAL_DATA_KEYS ?? made.PERSONAL_DATA_KEYS };
    if (kept.PERSONAL_DATA_KEYS === undefined) await writeFile(file, `${JSON.stringify(whole, null, 2)}\n`);
    return whole;
  } catch {
    throw new StartRefused(
      `${file} can't be read as the secrets of an earlier start; remove the data folder to begin anew`,
    );
  }
}

const newSecret = (): string => randomBytes(32).toString('hex');
