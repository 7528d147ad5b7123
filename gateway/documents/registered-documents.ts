import { createHash } from 'node:crypto';
import { parse } from 'graphql';
import { createDocumentCache } from '#kit/graphql/document-cache.ts';
import { hasMoreTokensThan } from '../limits/count-tokens.ts';
import { documentLimits } from '../limits/document-limits.ts';
import { operationText } from './operation-text.ts';

/** The documents that channels may run. */
export interface RegisteredDocuments {
  /** The registered text with this SHA-256, or null. */
  byHash(hash: string): string | null;
  /**
   * The registered text that says what a given one says: the same to the letter, or the same operation with other spaces, comments and order of
   * fragments. Null when there is none.
   */
  byText(text: string, operationName: string | null): string | null;
}

const remembered = 2000;

/** The documents of all released clients. Nobody can add one while the gateway runs. */
export function registeredDocuments(texts: readonly string[]): RegisteredDocuments {
  const byHash = new Map(texts.map((text) => [createHash('sha256').update(text).digest('hex'), text]));
  const toTheLetter = new Set(texts);
  const byMeaning = new Map<string, string>();
  for (const text of texts) {
    const meaning = meaningOf(text, null);
    if (meaning !== null) byMeaning.set(meaning, text);
  }
  const looked = createDocumentCache<{ readonly found: string | null }>(remembered);

  return {
    byHash: (hash) => byHash.get(hash) ?? null,
    byText(text, operationName) {
      if (toTheLetter.has(text)) return text;
      const key = `${operationName ?? ''}\n${text}`;
      let entry = looked.get(key);
      if (!entry) {
        const meaning = hasMoreTokens(text) ? null : meaningOf(text, operationName);
        entry = { found: meaning === null ? null : (byMeaning.get(meaning) ?? null) };
        looked.set(key, entry);
      }
      return entry.found;
    },
  };
}

function meaningOf(text: string, operationName: string | null): string | null {
  try {
    return operationText(parse(text), operationName);
  } catch {
    // What can't be read is registered by nobody; whoever may write documents is told why by the next stage.
    return null;
  }
}

function hasMoreTokens(text: string): boolean {
  try {
    return hasMoreTokensThan(documentLimits.tokens, text);
  } catch {
    // A character that fits nowhere: `meaningOf` comes to the same end.
    return true;
  }
}
