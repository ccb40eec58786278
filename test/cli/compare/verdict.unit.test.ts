import { describe, expect, it } from 'vitest';
import type { ComparedLane } from '../../../src/cli/compare/comparison.js';
import { verdictOf } from '../../../src/cli/compare/verdict.js';
import { aControl, aLane, once } from './some-lanes.js';

const verdict = (...lanes: ComparedLane[]): string =>
  verdictOf({ fault: 'sigkill', at: 23, lanes }).join('\n');
const priced = (overhead: number): Partial<ComparedLane> => ({ overhead, overheadSpread: once(overhead) });
const recovered = (ms: number): Partial<ComparedLane> => ({ recoveryMs: ms, recoverySpread: once(ms) });

describe('the verdict', () => {
  it('says that nothing was lost or doubled where that is so, and that the control shows it could be', () => {
    const words = verdict(aControl(), aLane('step'), aLane('enumerator/heartbeat'));

    expect(words).toContain('Lost 0 and doubled 0 in 2 lanes with checkpoints, under sigkill at order 23');
    expect(words).toContain('doubled 23 and lost 0: the proof can fail');
  });

  it('names the lane that lost, doubled, or met more again than its bound', () => {
    const words = verdict(aLane('step', { lost: 2 }), aLane('enumerator/redis', { revisited: 11 }));

    expect(words).toContain('step broke its promise under sigkill at order 23: lost 2');
    expect(words).toContain('enumerator/redis broke its promise');
    expect(words).not.toContain('Lost 0 and doubled 0');
  });

  it('says that “doubled 0” is no evidence where the control was not harmed', () => {
    expect(verdict(aControl({ doubled: 0 }), aLane('step'))).toContain('is no evidence');
  });

  it.each([
    ['step', 'enumerator/heartbeat'],
    ['enumerator/heartbeat', 'step'],
  ] as const)('chooses the cheaper of two lanes for many small items: %s before %s', (cheap, dear) => {
    const words = verdict(aLane(cheap, priced(1.1)), aLane(dear, priced(1.9)));

    expect(words).toContain(`For many small items that may be met again: ${cheap}, at 1.10 × the bare loop;`);
    expect(words).toContain(`${dear} (1.90 × the bare loop) the most`);
  });

  it.each([
    ['one round', 1.3, once(1.3), 'enumerator/heartbeat is within 20 % of it: in one round no difference'],
    ['several', 1.11, { ...once(1.1), n: 5 }, 'enumerator/heartbeat is within 2 % of it)'],
  ])('takes a difference that %s can’t tell for none', (_, dearer, overheadSpread, words) => {
    const cheap = aLane('step', { overhead: 1.1, overheadSpread });

    expect(verdict(cheap, aLane('enumerator/heartbeat', priced(dearer)))).toContain(words);
  });

  it('chooses only among fenced lanes where nothing may be met again', () => {
    const words = verdict(
      aLane('enumerator/heartbeat', priced(1.01)),
      aLane('step/postgres', priced(2)),
      aLane('enumerator/postgres', priced(1.3)),
    );

    expect(words).toContain('changes nothing: enumerator/postgres'.replace('changes', 'must change'));
    expect(words).toContain('at 1.30 × the bare loop with a cursor row');
  });

  it('chooses no lane that broke its promise', () => {
    const words = verdict(aLane('step/postgres', { ...priced(1.2), doubled: 1 }), aLane('step', priced(1.4)));

    expect(words).not.toContain('Where nothing may be met again');
  });

  it('tells no difference in recovery that is smaller than that between two runs of the same', () => {
    const words = verdict(aLane('step', recovered(1_000)), aLane('enumerator/heartbeat', recovered(1_150)));

    expect(words).toContain('about equally soon, after 1.0 s to 1.1 s');
  });

  it('says where the latest lane’s time went, where that was seen', () => {
    const recovery = { detectedMs: 1_000, workerReadyMs: 3_000, dispatchedMs: 3_100, firstEffectMs: 3_200 };
    const words = verdict(
      aLane('step', recovered(900)),
      aLane('enumerator/heartbeat', { ...recovered(3_200), recovery }),
    );

    expect(words).toContain(
      'Going again soonest: step after 900 ms; latest: enumerator/heartbeat after 3.2 s.',
    );
    expect(words).toContain('Most of enumerator/heartbeat’s time, 2.0 s, was the new worker’s start.');
  });

  it('says of nothing that was not measured what it costs', () => {
    expect(verdict(aLane('step'), aLane('enumerator/heartbeat'))).not.toMatch(/×|full speed/);
  });

  it.each([
    [8, 3, 'it saved 5 orders from being met again, for 9 writes'],
    [3, 3, 'it saved nothing here, for 9 writes'],
  ])('says what Redis saved: %i met again without, %i with', (heartbeat, redis, words) => {
    expect(
      verdict(
        aLane('enumerator/heartbeat', { revisited: heartbeat }),
        aLane('enumerator/redis', { revisited: redis, redisWrites: 9 }),
      ),
    ).toContain(words);
  });

  it('says that orders were paid twice where no key was sent, in whichever lane', () => {
    const payments = { calls: 62, deduplicated: 0, doubled: 1, key: 'none' } as const;

    expect(verdict(aLane('step', { payments }))).toContain('1 order was paid twice');
  });
});
