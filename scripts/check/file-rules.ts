import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isGenerated, repositoryFiles } from './repository.ts';
import { root, type Step } from './step.ts';

/** Something that a file's name or text must not be. */
export interface FileRule {
  readonly name: string;
  /** What would be lost without the rule. */
  readonly protects: string;
  /** The problem of one file in a few words, or null. */
  problem(path: string, text: string): string | null;
}

const longest = 300;
const vague = ['utils', 'util', 'helpers', 'helper', 'common', 'service', 'services', 'manager', 'misc'];
const isSource = (path: string): boolean => /\.(ts|tsx|mjs|js)$/.test(path) && !isGenerated(path);
const isTest = (path: string): boolean => path.endsWith('.test.ts') || /^(kit\/testing|e2e|bench|scripts)\//.test(path);
const readsEnvironment = /^(kit\/(config|subgraph\/run)|[^/]+\/(.*\/)?(main|config))\b/;

function found(pattern: RegExp, text: string): string | null {
  const match = pattern.exec(text);
  if (match === null) return null;
  const line = text.slice(0, match.index).split('\n').length;
  return `${match[0].trim().slice(0, 40)} in line ${line}`;
}

/** Comments may speak of anything; lines keep their numbers. */
function withoutComments(source: string): string {
  return source.replace(/\/\*[\s\S]*?\*\/|(?<=^|\s)\/\/.*$/gm, (comment) => comment.replace(/[^\n]/g, ' '));
}

export const fileRules: readonly FileRule[] = [
  {
    name: 'names say what is inside',
    protects: 'A folder called utils or common collects whatever nobody placed; a reader can guess nothing from it.',
    problem: (path) => {
      const words = path.split('/').flatMap((part) => part.replace(/\..*$/, '').split('-'));
      const bad = words.find((word) => vague.includes(word));
      return bad === undefined ? null : `"${bad}" in its name`;
    },
  },
  {
    name: 'files stay short',
    protects: 'A file is read in one go.',
    problem: (path, text) => {
      const lines = text.split('\n').length;
      return isSource(path) && lines > longest ? `${lines} lines, more than ${longest}` : null;
    },
  },
  {
    name: 'the domain has no clock and no luck',
    protects: 'The same input gives the same answer: time and chance are arguments.',
    problem: (path, text) =>
      path.startsWith('subgraphs/') && path.includes('/domain/') && isSource(path) && !isTest(path)
        ? found(/\bnew Date\(\)|\bDate\.now\(|\bMath\.random\(|\bperformance\.now\(|\bfetch\(/, withoutComments(text))
        : null,
  },
  {
    name: 'settings are read once',
    protects: 'Every setting is named, checked and documented in one place, and a wrong one stops the start.',
    problem: (path, text) =>
      /^(gateway|subgraphs|kit)\//.test(path) && isSource(path) && !isTest(path) && !readsEnvironment.test(path)
        ? found(/\bprocess\.env\b/, withoutComments(text))
        : null,
  },
];

/** Every file obeys the rules about names and texts. */
export const fileRulesStep: Step = {
  name: 'names and sizes of files',
  run: async () => {
    const problems: string[] = [];
    for (const path of await repositoryFiles()) {
      const text = isSource(path) ? await readFile(join(root, path), 'utf8') : '';
      for (const rule of fileRules) {
        const problem = rule.problem(path, text);
        if (problem !== null) problems.push(`${path}: ${problem}. ${rule.name}: ${rule.protects}`);
      }
    }
    return problems;
  },
};
