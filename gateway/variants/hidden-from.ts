import { type ConstDirectiveNode, type DocumentNode, Kind, parse, visit } from 'graphql';
import type { Audience } from './view.ts';

/** The tags that keep something from an audience; what has no tag is for everybody. */
const tagsHidden: Readonly<Record<Audience, ReadonlySet<string>>> = {
  public: new Set(['partner', 'internal']),
  partner: new Set(['internal']),
  internal: new Set(),
};

/** The coordinates in a supergraph whose tags keep them from an audience. */
export function hiddenFrom(audience: Audience, supergraphSdl: string): Set<string> {
  const hidden = new Set<string>();
  const tags = tagsHidden[audience];
  if (tags.size === 0) return hidden;
  const note = (coordinate: string, directives: readonly ConstDirectiveNode[] | undefined): void => {
    if (directives?.some((directive) => tags.has(tagOf(directive) ?? ''))) hidden.add(coordinate);
  };
  for (const definition of namedDefinitionsOf(parse(supergraphSdl))) {
    const type = definition.name.value;
    note(type, definition.directives);
    visit(definition, {
      FieldDefinition(field) {
        note(`${type}.${field.name.value}`, field.directives);
        for (const argument of field.arguments ?? []) {
          note(`${type}.${field.name.value}.${argument.name.value}`, argument.directives);
        }
        return false;
      },
      InputValueDefinition: (value) => note(`${type}.${value.name.value}`, value.directives),
      EnumValueDefinition: (value) => note(`${type}.${value.name.value}`, value.directives),
    });
  }
  return hidden;
}

function namedDefinitionsOf({ definitions }: DocumentNode) {
  return definitions.filter(
    (definition) =>
      definition.kind === Kind.OBJECT_TYPE_DEFINITION ||
      definition.kind === Kind.INTERFACE_TYPE_DEFINITION ||
      definition.kind === Kind.INPUT_OBJECT_TYPE_DEFINITION ||
      definition.kind === Kind.ENUM_TYPE_DEFINITION ||
      definition.kind === Kind.UNION_TYPE_DEFINITION ||
      definition.kind === Kind.SCALAR_TYPE_DEFINITION,
  );
}

function tagOf({ name, arguments: args }: ConstDirectiveNode): string | undefined {
  if (name.value !== 'tag') return undefined;
  const value = args?.find((argument) => argument.name.value === 'name')?.value;
  return value?.kind === Kind.STRING ? value.value : undefined;
}
