import { Lexer, Source, TokenKind } from 'graphql';

/** Whether the text has more tokens than `most`; reads no further than that. Comments are none. Throws GraphQLError for a character that fits nowhere. */
export function hasMoreTokensThan(most: number, text: string): boolean {
  const lexer = new Lexer(new Source(text));
  for (let count = 0; count <= most; count += 1) if (lexer.advance().kind === TokenKind.EOF) return false;
  return true;
}
