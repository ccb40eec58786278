/**
 * The live monitor: readings come in from every side, and a frame is drawn each second, and at once when something happened.
 *
 * W1  The first frame is there before any server was asked.
 * W2  It ends at once, whatever a server is just not answering.
 */
import { Interrupted } from '../exit.js';
import { eventsBetween, keepNewest } from './events-between.js';
import { type EventFact, monitorModel } from './monitor-model.js';
import { monitorView } from './monitor-view.js';
import { nothingRead, type Readings } from './readings.js';
import { openScreen } from './screen.js';

/** Ages and the clock are in whole seconds. */
const frameMs = 1_000;
/** More than fit on any screen. */
const eventsKept = 200;

/** Resolves when somebody presses q. @throws Interrupted after Ctrl+C, or when the signal says so */
export async function watchLive(home: string, signal: AbortSignal): Promise<void> {
  const end = new AbortController();
  const ended = new Promise<void>((resolve, reject) => {
    end.signal.addEventListener('abort', () => {
      if (end.signal.reason instanceof Interrupted) reject(end.signal.reason);
      else resolve();
    });
  });
  // Waited for at the end only.
  ended.catch(() => undefined);
  const interrupt = (): void => end.abort(new Interrupted());
  signal.addEventListener('abort', interrupt, { once: true });

  let readings: Readings = nothingRead;
  let events: readonly EventFact[] = [];
  const screen = await openScreen({
    onQuit: () => end.abort('quit'),
    onInterrupt: interrupt,
    onResize: () => draw(),
  });
  const draw = (): void => {
    if (end.signal.aborted) return;
    screen.show(monitorView(monitorModel(readings, events, Date.now()), screen.size()));
  };
  const take = (change: Partial<Readings>): void => {
    const next = { ...readings, ...change };
    const at = new Date().toISOString();
    const happened = eventsBetween(readings, next).map((event) => ({ ...event, at }));
    const isFirst = Object.values(readings).some(({ kind }) => kind === 'not asked yet');
    readings = next;
    events = keepNewest(events, happened, eventsKept);
    if (happened.length > 0 || isFirst) draw();
  };
  let timer: NodeJS.Timeout | undefined;
  let close = (): void => undefined;
  try {
    const drawOnTheSecond = (): void => {
      draw();
      timer = setTimeout(drawOnTheSecond, frameMs - (Date.now() % frameMs));
    };
    drawOnTheSecond();
    // After the first frame: the clients of three servers take longer to load than a person likes to look at nothing.
    const { openSources } = await import('./open-sources.js');
    const sources = openSources({ home });
    close = sources.close;
    sources.readOnAndOn(readings, take, end.signal);
    await ended;
  } finally {
    clearTimeout(timer);
    screen.close();
    close();
  }
}
