/** The longest word that is kept; what is longer is no word. */
const longestTerm = 40;

/** Words that say nothing about what is looked for. */
const fillers = new Set([
  '的',
  '了',
  '和',
  '与',
  '及',
  '或',
  '在',
  'a',
  'an',
  'and',
  'for',
  'in',
  'of',
  'or',
  'the',
  'with',
]);

const chineseWords = new Intl.Segmenter('zh', { granularity: 'word' });
const runs = /(?<han>\p{Script=Han}+)|(?<word>(?:(?!\p{Script=Han})[\p{L}\p{N}])+)/gu;

/**
 * The terms under which a text is found: for Chinese every character and every pair of neighbours, for other scripts the lower-case words
 * without their plural s.
 */
export function termsOf(text: string): Set<string> {
  const terms = new Set<string>();
  for (const { han, word } of runsOf(text)) {
    if (word !== undefined) terms.add(stem(word));
    if (han !== undefined) for (const term of [...characters(han), ...pairs(han)]) terms.add(term);
  }
  return terms;
}

/**
 * The terms that all must be found. Chinese is cut into words first, so that `红色连衣裙` also finds `连衣裙 红色`; a word of several
 * characters is looked for by its pairs. Empty when the text holds nothing to look for.
 */
export function queryTerms(text: string): string[] {
  const terms = new Set<string>();
  for (const { han, word } of runsOf(text)) {
    if (word !== undefined && !fillers.has(word)) terms.add(stem(word));
    if (han === undefined) continue;
    for (const { segment } of chineseWords.segment(han)) {
      if (fillers.has(segment)) continue;
      for (const term of segment.length > 1 ? pairs(segment) : [segment]) terms.add(term);
    }
  }
  return [...terms];
}

function runsOf(text: string): { han?: string; word?: string }[] {
  const plain = text.normalize('NFKC').toLowerCase();
  return [...plain.matchAll(runs)].map((match) => match.groups ?? {});
}

function characters(han: string): string[] {
  return [...han];
}

function pairs(han: string): string[] {
  const all = characters(han);
  return all.slice(1).map((character, index) => `${all[index]}${character}`);
}

/** `shirts` and `shirt` are one word; `dress` stays. */
function stem(word: string): string {
  const short = word.slice(0, longestTerm);
  return /^[a-z]{3,}[^s]s$/.test(short) && !/(?:us|is)$/.test(short) ? short.slice(0, -1) : short;
}
