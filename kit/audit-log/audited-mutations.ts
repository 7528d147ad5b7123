import { defaultFieldResolver, type GraphQLField, type GraphQLSchema } from 'graphql';
import type { BaseContext } from '#kit/graphql/base-context.ts';
import { isPublicError } from '#kit/graphql/errors.ts';
import { accessRules } from '#kit/graphql/rules.ts';
import type { Viewer } from '#kit/viewer/viewer.ts';
import { actorOf, type EndedAction } from './audit-entry.ts';
import type { AuditLog } from './audit-log.ts';
import { factsOfInput } from './facts-of-input.ts';

/** Those who act for the shop, or for a partner of it. */
const accountable: ReadonlySet<Viewer['kind']> = new Set(['STAFF', 'ANALYST', 'PARTNER']);

/**
 * Puts the audit log around the mutations: whatever needs a scope, and whatever staff or a partner does besides, is written down before it is done, and
 * then how it ended. When it can't be written down it is not done. Nothing has to be remembered by who writes a mutation: the rule of the field decides.
 * Call it before the rules are enforced, so that who may not do something never gets here.
 */
export function auditMutations(schema: GraphQLSchema, log: Pick<AuditLog, 'begin' | 'end'>): void {
  const rules = accessRules(schema);
  for (const field of Object.values(schema.getMutationType()?.getFields() ?? {})) {
    audit(field, rules.get(`Mutation.${field.name}`)?.kind === 'SCOPES', log);
  }
}

function audit(
  field: GraphQLField<unknown, BaseContext>,
  needsScope: boolean,
  log: Pick<AuditLog, 'begin' | 'end'>,
): void {
  const resolve = field.resolve ?? defaultFieldResolver;
  field.resolve = (parent, args, context, info) => {
    if (!needsScope && !accountable.has(context.viewer.kind)) return resolve(parent, args, context, info);
    return written(args, context, async () => resolve(parent, args, context, info));
  };

  async function written(args: Readonly<Record<string, unknown>>, context: BaseContext, act: () => Promise<unknown>) {
    const { facts, ids } = factsOfInput(field.args, args);
    const { viewer, requestId } = context;
    const id = await log.begin({ actor: actorOf(viewer), action: field.name, facts, subjects: ids, requestId });
    const end = async (ended: EndedAction) => {
      try {
        await log.end(id, ended);
      } catch (error) {
        // What was done stays done, and its answer is owed; the entry says UNKNOWN.
        context.log.error({ err: error, auditEntry: id }, 'an audit entry did not hear how its action ended');
      }
    };
    let result: unknown;
    try {
      result = await act();
    } catch (error) {
      await end(endedBy(error));
      throw error;
    }
    await end(endedWith(result));
    return result;
  }
}

/** An error of the closed list was thrown before anything was done; of BUSY and of any other error that isn't known. */
function endedBy(error: unknown): EndedAction {
  const code = isPublicError(error) ? String(error.extensions['code']) : 'INTERNAL_SERVER_ERROR';
  const unknown = code === 'BUSY' || code === 'INTERNAL_SERVER_ERROR';
  return { outcome: unknown ? 'UNKNOWN' : 'REFUSED', reasons: [code], subjects: [] };
}

function endedWith(result: unknown): EndedAction {
  const payload = isRecord(result) ? result : {};
  const errors = Array.isArray(payload['userErrors']) ? payload['userErrors'] : [];
  if (errors.length > 0) {
    const codes = errors.map((error: unknown) => (isRecord(error) ? String(error['code']) : 'UNKNOWN'));
    return { outcome: 'REFUSED', reasons: [...new Set(codes)], subjects: [] };
  }
  const things = [payload, ...Object.values(payload).flat()];
  return { outcome: 'DONE', reasons: [], subjects: [...new Set(things.flatMap(idOf))] };
}

/** Stored things are known by `_id`, what was made of them by `id`. */
function idOf(thing: unknown): string[] {
  if (!isRecord(thing)) return [];
  const id = thing['_id'] ?? thing['id'];
  return typeof id === 'string' ? [id] : [];
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}
