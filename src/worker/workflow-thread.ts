/** What the SDK starts as its Workflow thread: its own program, out of one file (`bundle-programs.ts`). */
import { readProgram, workflowThreadProgram } from './load-program.js';

readProgram(workflowThreadProgram).run();
