/** What is bundled with Workflows so that they are traced; with the sink that takes their spans (`tracing.ts`). */
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

export function tracingInterceptorModules(): string[] {
  const fromHere = createRequire(import.meta.url);
  return [
    fromHere.resolve('@temporalio/interceptors-opentelemetry/lib/workflow-interceptors'),
    fileURLToPath(new URL('./workflow-attributes.js', import.meta.url)),
  ];
}
