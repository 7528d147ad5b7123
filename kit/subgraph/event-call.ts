import { z } from 'zod';
import { eventNames, eventPayloads, type EventName } from '#kit/events/events.ts';

/** An event as one subgraph delivers it to another; the payload is checked against its name. */
export const domainEventSchema = z
  .object({
    id: z.string().min(1),
    name: z.enum(eventNames as [EventName, ...EventName[]]),
    aggregateId: z.string().min(1),
    version: z.number().int().positive(),
    at: z.iso.datetime(),
    payload: z.unknown(),
  })
  .transform((event, context) => {
    const payload = eventPayloads[event.name].safeParse(event.payload);
    if (payload.success) return { ...event, payload: payload.data };
    context.addIssue({ code: 'custom', message: `the payload is not that of ${event.name}` });
    return z.NEVER;
  });
