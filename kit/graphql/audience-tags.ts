import { type ConstDirectiveNode, type DocumentNode, Kind, valueFromASTUntyped, visit } from 'graphql';

/**
 * The document with a `@tag` on every field whose access rule leaves out an audience: `internal` when only staff can have the scopes,
 * `partner` when an API key can have them as well. So a view never shows what its audience could not call, and nobody has to
 * remember it; a tag that is written by hand stays.
 */
export function withAudienceTags(document: DocumentNode): DocumentNode {
  return visit(document, {
    FieldDefinition(field) {
      const rule = field.directives?.find(({ name }) => name.value === 'requiresScopes');
      if (!rule || field.directives?.some(({ name }) => name.value === 'tag')) return undefined;
      return { ...field, directives: [...(field.directives ?? []), tag(audienceOf(rule))] };
    },
  });
}

function audienceOf(rule: ConstDirectiveNode): 'partner' | 'internal' {
  const scopes = rule.arguments?.find(({ name }) => name.value === 'scopes')?.value;
  const anyOf = scopes ? (valueFromASTUntyped(scopes) as string[][]) : [];
  return anyOf.some((all) => all.every((scope) => scope.startsWith('partner:'))) ? 'partner' : 'internal';
}

function tag(name: string): ConstDirectiveNode {
  return {
    kind: Kind.DIRECTIVE,
    name: { kind: Kind.NAME, value: 'tag' },
    arguments: [
      {
        kind: Kind.ARGUMENT,
        name: { kind: Kind.NAME, value: 'name' },
        value: { kind: Kind.STRING, value: name },
      },
    ],
  };
}
