/**
 * Tracing by OpenTelemetry: a span of each Workflow and of each Activity attempt, sent by OTLP over HTTP.
 *
 * T1  An Activity's span is below its Workflow's, and a continued run's executions are one trace.
 * T2  Where spans go, their headers and the service's name are said by OpenTelemetry's own variables (OTEL_…).
 * T3  A collector that is away costs spans, never work: it is told in the log once, and the worker ends without it.
 * T4  Nobody imports this who doesn't trace.
 */
import { type DiagLogger, DiagLogLevel, diag, SpanStatusCode, trace } from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { defaultResource, resourceFromAttributes } from '@opentelemetry/resources';
import { BatchSpanProcessor, NodeTracerProvider } from '@opentelemetry/sdk-trace-node';
import {
  OpenTelemetryActivityInboundInterceptor,
  OpenTelemetryActivityOutboundInterceptor,
  type OpenTelemetrySinks,
} from '@temporalio/interceptors-opentelemetry';
import type { ActivityInterceptorsFactory, InjectedSinks } from '@temporalio/worker';
import { factsAtEnd, factsAtStart, factsOfFailure } from './span-facts.js';
import { readWorkflowSpan } from './workflow-spans.js';

export interface Tracing {
  readonly activityInterceptors: readonly ActivityInterceptorsFactory[];
  readonly sinks: InjectedSinks<OpenTelemetrySinks>;
  /** Sends what is left, if that can be done soon. */
  end(): Promise<void>;
}

/** What a worker's end may wait for a collector, in milliseconds. */
const endLimitMs = 2_000;

/** @param warn hears what OpenTelemetry has to say */
export function startTracing(warn: (message: string, facts: object) => void): Tracing {
  diag.setLogger(once(warn), DiagLogLevel.WARN);
  const resource = resourceFromAttributes({ 'service.name': 'leftoff-worker' }).merge(defaultNamed());
  const processor = new BatchSpanProcessor(new OTLPTraceExporter());
  const provider = new NodeTracerProvider({ resource, spanProcessors: [processor] });
  provider.register();
  return {
    activityInterceptors: [
      (context) => ({
        inbound: new OpenTelemetryActivityInboundInterceptor(context),
        outbound: new OpenTelemetryActivityOutboundInterceptor(context),
      }),
      tellFacts,
    ],
    sinks: {
      exporter: {
        export: {
          fn: (info, spans) => {
            for (const span of spans) processor.onEnd(readWorkflowSpan(span, info, resource));
          },
        },
      },
    },
    end: () => {
      const limit = new Promise<void>((resolve) => setTimeout(resolve, endLimitMs).unref());
      return Promise.race([provider.shutdown().catch(() => undefined), limit]);
    },
  };
}

/** The variables' own words, without a name that nobody gave. */
function defaultNamed() {
  const named = defaultResource();
  const name = named.attributes['service.name'];
  const isGiven = typeof name === 'string' && !name.startsWith('unknown_service');
  if (isGiven) return named;
  const { 'service.name': _, ...others } = named.attributes;
  return resourceFromAttributes(others);
}

/** Adds what the library's work says to the span that is open around it. */
const tellFacts: ActivityInterceptorsFactory = ({ info }) => ({
  inbound: {
    async execute(input, next) {
      const span = trace.getActiveSpan();
      span?.setAttributes({
        'temporal.workflow_type': info.workflowType ?? '',
        'temporal.activity_type': info.activityType,
        'temporal.attempt': info.attempt,
        ...factsAtStart(input.args[0], info),
      });
      try {
        const result = await next(input);
        const { attributes, interruption } = factsAtEnd(result);
        span?.setAttributes(attributes);
        if (interruption !== null) {
          const cursor = attributes['leftoff.cursor.end'];
          span?.setAttribute('leftoff.interruption', interruption);
          span?.addEvent('interrupted', {
            reason: interruption,
            ...(cursor === undefined ? {} : { cursor }),
          });
        }
        return result;
      } catch (error) {
        span?.setAttributes(factsOfFailure(error));
        span?.setStatus({ code: SpanStatusCode.ERROR });
        throw error;
      }
    },
  },
});

/** A collector that is away is met with every few seconds; each message is told once. */
function once(warn: (message: string, facts: object) => void): DiagLogger {
  const told = new Set<string>();
  const tell = (...said: [string, ...unknown[]]): void => {
    const what = said.map((word) => (word instanceof Error ? word.message : String(word))).join(' ');
    if (told.has(what)) return;
    told.add(what);
    warn('Tracing: OpenTelemetry says', { error: what });
  };
  return { error: tell, warn: tell, info: tell, debug: tell, verbose: tell };
}
