import { AsyncLocalStorage } from 'node:async_hooks';
import type { Span, SpanStart } from './span.ts';

const current = new AsyncLocalStorage<Span>();

/** What is being done now; null when nobody traces it, or when it is over and only something that it began goes on. */
export function currentSpan(): Span | null {
  const span = current.getStore();
  return span === undefined || span.endedAt !== null ? null : span;
}

/** Does something as a part of a span, which somebody else ends; without one it is just done. */
export function withinSpan<Value>(span: Span | null, work: () => Value): Value {
  return span === null ? work() : current.run(span, work);
}

/** Does something at once as a step of a span, if there is one. Nothing that it begins is a part of the step, which spares it to be the current span: that costs more than all the rest of one. */
export function asStepOf<Value>(parent: Span | null, name: string, work: () => Value): Value {
  if (parent === null) return work();
  const span = parent.child(name);
  try {
    return work();
  } catch (error) {
    span.fail();
    throw error;
  } finally {
    span.end();
  }
}

/** Does something as a span of its own within the current one, if there is any. What throws or rejects has failed. */
export function inSpan<Value>(name: string, work: () => Value, start?: SpanStart): Value {
  const parent = currentSpan();
  if (parent === null) return work();
  const span = parent.child(name, start);
  try {
    const done = current.run(span, work);
    if (!(done instanceof Promise)) {
      span.end();
      return done;
    }
    return done.then(
      (value: unknown) => {
        span.end();
        return value;
      },
      (error: unknown) => {
        span.fail().end();
        throw error;
      },
    ) as Value;
  } catch (error) {
    span.fail().end();
    throw error;
  }
}
