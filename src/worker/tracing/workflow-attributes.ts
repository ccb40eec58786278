/**
 * Runs in Workflows that are traced: adds to a Workflow's span what it does and where it ended.
 *
 * Beside OpenTelemetry's own interceptors, which open the span; reads what goes by, and waits for nothing of its own.
 */
import { type Attributes, type Span, trace } from '@opentelemetry/api';
import type { WorkflowInterceptors } from '@temporalio/workflow';

export const interceptors = (): WorkflowInterceptors => {
  let span: Span | undefined;
  return {
    inbound: [
      {
        execute(input, next) {
          span = trace.getActiveSpan();
          const end = next(input);
          // Not awaited here: a wait more could change the order in which a history replays.
          end.then(
            (result) => span?.setAttributes(placeOf(result)),
            () => undefined,
          );
          return end;
        },
      },
    ],
    outbound: [
      {
        scheduleActivity(input, next) {
          span?.setAttributes(workOf(input.args[0], input.activityType));
          return next(input);
        },
        continueAsNew(input, next) {
          span?.setAttributes({ 'leftoff.end': 'continued as new', ...placeOf(input.args[1]) });
          return next(input);
        },
      },
    ],
  };
};

/** Which pattern it is, by what its Activities are handed. */
function workOf(input: unknown, activityType: string): Attributes {
  if (!isObject(input) || !('from' in input)) return {};
  const { from } = input;
  if (isObject(from) && 'step' in from)
    return { 'leftoff.pattern': 'step', 'leftoff.step': String(from.step) };
  return 'generation' in input ? { 'leftoff.pattern': 'enumerator', 'leftoff.iteration': activityType } : {};
}

/** Where it stands, by its result or by what it hands on. */
function placeOf(value: unknown): Attributes {
  if (!isObject(value)) return {};
  if ('checkpoint' in value && isObject(value.checkpoint)) return placeOf(value.checkpoint);
  if (!('counts' in value) || !isObject(value.counts)) return {};
  const { counts } = value;
  const cursor = 'cursor' in value ? value.cursor : 'lastCursor' in value ? value.lastCursor : null;
  return {
    'leftoff.cursor.end': JSON.stringify(cursor ?? null),
    'leftoff.processed': numberOf('processed' in counts && counts.processed),
    'leftoff.failed': numberOf('failed' in counts && counts.failed),
    'leftoff.revisited': numberOf('revisited' in counts && counts.revisited),
  };
}

function numberOf(value: unknown): number {
  return typeof value === 'number' ? value : 0;
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
