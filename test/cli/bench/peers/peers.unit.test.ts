import { describe, expect, it } from 'vitest';
import { layOut } from '../../../../src/cli/bench/lay-out.js';
import { lanesWith, peersEvery, settingsBeside } from '../../../../src/cli/bench/peers/peer-lanes.js';
import { worse } from '../../../../src/cli/bench/peers/peers-recovery.js';
import { requireInstalled } from '../../../../src/cli/bench/peers/require-peers.js';
import { renderBenchmarks } from '../../../../src/cli/bench/render-benchmarks.js';
import { wantedTables } from '../../../../src/cli/bench/wanted-tables.js';
import { UserError } from '../../../../src/user-error.js';
import { aLane, aMeasurement } from '../a-measurement.js';

describe("the peers' tables", () => {
  it('are measured where they are named or asked for, and not by default', () => {
    expect(wantedTables([], {})).toEqual(['throughput', 'checkpoint-cost', 'recovery', 'history']);
    expect(wantedTables(['peers'], {})).toEqual(['peers']);
    expect(wantedTables(['history', 'peers'], { peers: true })).toEqual([
      'history',
      'peers',
      'peers-recovery',
    ]);
  });

  it('say which packages are missing, and how to install these alone', () => {
    const refuse = () => requireInstalled(['bullmq', '@dbos-inc/dbos-sdk'], (name) => name === 'bullmq');

    expect(refuse).toThrow(UserError);
    expect(refuse).toThrow(expect.objectContaining({ mend: 'npm i -D @dbos-inc/dbos-sdk' }));
  });

  it('have no BullMQ without a Redis', () => {
    const without = lanesWith(null, peersEvery(5));

    expect(without.map(({ engine }) => engine)).toEqual(['dbos', 'dbos']);
  });

  it('show an engine as it comes beside our production profile, and made prompt beside the demo', () => {
    expect(settingsBeside('production')).toBe('as it comes');
    expect(settingsBeside('demo')).toBe('prompt');
  });

  it('tell the most that was done again, lost or doubled in any round', () => {
    const first = worse({ redone: 0, lost: 0, doubled: 0 }, { revisited: 3, lostCount: 0, doubledCount: 1 });
    const second = worse(first, { revisited: 1, lostCount: 2, doubledCount: 0 });

    expect(second).toEqual({ redone: 3, lost: 2, doubled: 1 });
  });

  it('show what was done again, lost and doubled beside the time to the next order', () => {
    const struck = {
      lane: 'DBOS, a step an order',
      facts: { redone: 1, lost: 0, doubled: 0, wholeMs: 2_000 },
      ms: [1_150],
    };

    const { head, rows } = layOut({ ...aMeasurement([aLane(struck)]), table: 'peers-recovery' });

    expect(head).toEqual([
      'lane',
      's to the next order, tuned',
      's to the end',
      'done again, at most',
      'lost',
      'doubled',
      'n',
    ]);
    expect(rows).toEqual([['DBOS, a step an order', '1.15', '2.00', '1', '0', '0', '1']]);
  });

  it('come after our own on the page, and name what is not measured', () => {
    const page = renderBenchmarks([{ ...aMeasurement([aLane()]), table: 'peers' }, aMeasurement([aLane()])]);

    expect(page.indexOf('## Throughput')).toBeLessThan(page.indexOf('## Other engines: throughput'));
    expect(page).toContain('need Ruby and are not measured here');
  });
});
