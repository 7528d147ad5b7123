import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { repositoryFiles } from './repository.ts';
import { root, type Step } from './step.ts';

/** Something that must not be in a committed file. */
export interface ForbiddenText {
  readonly what: string;
  readonly pattern: RegExp;
  /** Files in which it is an example. */
  readonly fineIn?: RegExp;
}

const registry = ['registry', 'npmjs'].join('\\.');

export const forbiddenTexts: readonly ForbiddenText[] = [
  { what: 'a private key', pattern: /-----BEGIN (?:[A-Z]+ )*PRIVATE KEY(?: BLOCK)?-----/ },
  { what: 'a private key', pattern: /"(?:d|k)"\s*:\s*"[\w-]{42,}"/ },
  { what: 'a signed token', pattern: /\beyJ[\w-]{10,}\.eyJ[\w-]{10,}\.[\w-]{20,}/ },
  {
    what: "a cloud or forge's access key",
    pattern:
      /\b(?:A[KS]IA[0-9A-Z]{16}|AIza[\w-]{35}|LTAI[0-9A-Za-z]{16,}|AKID[0-9A-Za-z]{32}|gh[pousr]_[A-Za-z0-9]{30,}|github_pat_\w{30,}|glpat-[\w-]{20,}|npm_[A-Za-z0-9]{36}|[rs]k_live_\w{16,}|whsec_[A-Za-z0-9+/]{24,}|xox[abprs]-\w{10,})/,
  },
  {
    what: 'a password in an address',
    pattern: /\b(?:https?|amqps?|rediss?|nats|postgres(?:ql)?|mysql):\/\/[^\s:@/'"`$<{]+:[^\s@/'"`$<{]+@/,
    fineIn: /\.test\.ts$/,
  },
  {
    what: 'a secret that is set',
    pattern:
      /^\s*(?:export )?(?:\w*_)?(?:SECRETS?|PASSWORD|PRIVATE_KEY|API_KEY|MERCHANT_KEY|V3_KEY|APP_KEY)=[^\s$"'`<]{8,}/,
  },
  {
    what: 'a database password',
    pattern: /mongodb(?:\+srv)?:\/\/[^\s:@/'"`$<{]+:[^\s@/'"`$<{]+@/,
    fineIn: /\.test\.ts$/,
  },
  { what: "a path of somebody's machine", pattern: /(?<![\w.@/])\/(?:home|Users|root|work|opt\/wheels)\/[A-Za-z]/ },
  {
    what: "a package registry's host",
    pattern: new RegExp(`\\b(?:${registry}|npmmirror|pypi|pythonhosted|artifactory)\\.(?:org|com|io|net|cn)\\b`, 'i'),
  },
];

/** Where and what, or null; at most one finding per line. */
export function findingsIn(path: string, text: string): string[] {
  // The lock file names the default registry for every package, as npm writes it; npm replaces it with the configured one.
  const readable =
    path === 'package-lock.json' ? text.replaceAll(new RegExp(`https://${registry}\\.org/`, 'g'), '') : text;
  return readable.split('\n').flatMap((line, index) => {
    const hit = forbiddenTexts.find(({ pattern, fineIn }) => pattern.test(line) && fineIn?.test(path) !== true);
    return hit === undefined ? [] : [`${path}:${index + 1} contains ${hit.what}`];
  });
}

/** No committed file gives away a secret or depends on one person's machine. */
export const committedText: Step = {
  name: 'no secrets, machine paths or registry hosts',
  run: async () => {
    const problems: string[] = [];
    for (const path of await repositoryFiles()) {
      const content = await readFile(join(root, path));
      if (!content.includes(0)) problems.push(...findingsIn(path, content.toString('utf8')));
    }
    return problems;
  },
};
