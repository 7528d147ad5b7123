import { z } from 'zod';

/** Shorter ones can be tried out. */
export const shortestSecret = 32;

const secrets = new WeakMap<z.ZodType, Required<SecretForm>>();

/** A setting that is one secret. `what` says of what, for the operator. In production `readConfig` refuses one that somebody could guess. */
export function secretText(what: string) {
  return declared(z.string().min(shortestSecret).describe(`${what}, at least ${shortestSecret} characters`), (text) => [
    text,
  ]);
}

/** A setting that is one secret or several, separated by commas, as while one replaces another. */
export function secretTexts(what: string) {
  return declared(
    z
      .string()
      .transform(listOf)
      .refine((texts) => texts.every((text) => text.length >= shortestSecret))
      .describe(`${what}, separated by commas, each of at least ${shortestSecret} characters`),
    listOf,
  );
}

/**
 * A setting that is a secret in somebody else's form: a platform's key, a password. `split` gives the secrets that its text holds. In production `readConfig` refuses
 * one that somebody could guess, and one of fewer than `shortest` characters.
 */
export function secretSetting<S extends z.ZodType>(
  setting: S,
  { shortest = 1, split = (text: string) => [text] }: SecretForm = {},
): S {
  return declared(setting, split, shortest);
}

/** What {@link secretSetting} needs to know of a secret. */
export interface SecretForm {
  readonly shortest?: number;
  readonly split?: (text: string) => readonly string[];
}

/** Whether the text of a setting holds a secret that was made to be shown: an example's, a placeholder, a row of one key. */
export function holdsGuessableSecret(setting: unknown, text: string): boolean {
  const form = setting instanceof z.ZodType ? secrets.get(setting) : undefined;
  return form?.split(text).some((secret) => secret.length < form.shortest || isGuessable(secret)) ?? false;
}

/** Words of documentation and of our own examples and tests; random text has none but by great chance. */
const shownWords =
  /secret|passw|change.?me|example|default|placeholder|replace.?me|fullchain|insecure|0123456|1234567|abcdefg|qwerty/i;
const fewestDifferent = 8;

function isGuessable(secret: string): boolean {
  return shownWords.test(secret) || new Set(secret).size < fewestDifferent;
}

function listOf(text: string): string[] {
  return text.split(',').map((part) => part.trim());
}

function declared<S extends z.ZodType>(setting: S, split: Required<SecretForm>['split'], shortest = shortestSecret): S {
  secrets.set(setting, { split, shortest });
  return setting;
}
