import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { GraphQLSchema } from 'graphql';
import { createViews } from '../../../gateway/variants/views.ts';
import type { Rule } from '#kit/graphql/rules.ts';
import { anonymousViewer, type Viewer } from '#kit/viewer/viewer.ts';

const at = (path: string): string => fileURLToPath(new URL(`../../../schema/${path}`, import.meta.url));

const viewOf = createViews(readFileSync(at('supergraph.graphql'), 'utf8'), { access: 'guarded', introspection: false });

/** The composed schema as somebody of this kind sees it. */
export function schemaFor(kind: Viewer['kind']): GraphQLSchema {
  return viewOf({ ...anonymousViewer({ channel: 'web', locale: 'en' }), kind }).schema;
}

/** The access rule of every field that has one, by coordinate. */
export const accessRules = JSON.parse(readFileSync(at('access-rules.json'), 'utf8')) as Readonly<Record<string, Rule>>;
