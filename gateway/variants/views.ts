import type { Viewer } from '#kit/viewer/viewer.ts';
import { apiSchemaOf } from './api-schema.ts';
import { hiddenFrom } from './hidden-from.ts';
import { narrowSchema } from './narrow-schema.ts';
import type { Audience, View } from './view.ts';

/**
 * `guarded`: channels run registered documents, everybody sees their own part of the graph, strangers get one text for every invalid
 * operation. `open`, for demonstrations and development: everybody sees the whole graph and may write documents.
 */
export type Access = 'guarded' | 'open';

interface Options {
  readonly access: Access;
  /** Whether everybody may ask for the schema, and so learn names from suggestions. */
  readonly introspection: boolean;
}

/** Which part of the graph a viewer sees. */
export function createViews(supergraphSdl: string, { access, introspection }: Options): (viewer: Viewer) => View {
  const schema = apiSchemaOf(supergraphSdl);
  if (access === 'open') {
    const whole: View = { schema, explains: true, suggests: introspection };
    return () => whole;
  }
  const viewFor = (audience: Audience, explains: boolean): View => ({
    schema: narrowSchema(schema, hiddenFrom(audience, supergraphSdl)),
    explains,
    suggests: explains,
  });
  const views = {
    public: viewFor('public', false),
    partner: viewFor('partner', false),
    internal: viewFor('internal', true),
  };
  return ({ kind }) => views[audienceOf(kind)];
}

function audienceOf(kind: Viewer['kind']): Audience {
  if (kind === 'PARTNER') return 'partner';
  return kind === 'STAFF' || kind === 'ANALYST' || kind === 'SYSTEM' ? 'internal' : 'public';
}
