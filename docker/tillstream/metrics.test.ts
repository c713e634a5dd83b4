import { describe, expect, it } from 'vitest';
import { metricsPage } from './metrics.ts';

const progress = {
  streams: {
    orders: { produced: 10, consumed: 9, rejected: 2, lag: 1 },
    transactions: { produced: 4, consumed: 4, rejected: 0, lag: 0 },
  },
  archived: 7,
  loaded: 5,
  waiting: 1,
  moved: 3,
  paid: 4,
  events: 2,
  unsent: 0,
};

describe('metrics', () => {
  const lines = metricsPage(progress).split('\n');

  it('has each figure of the progress, those of streams by topic', () => {
    expect(lines).toEqual(
      expect.arrayContaining([
        'tillstream_stream_produced{topic="orders"} 10',
        'tillstream_stream_lag{topic="orders"} 1',
        'tillstream_stream_consumed{topic="transactions"} 4',
        'tillstream_archived 7',
        'tillstream_unsent 0',
      ]),
    );
    expect(lines.filter((line) => /^tillstream/.test(line))).toHaveLength(2 * 4 + 7);
  });

  it('is in the format of Prometheus: help and type once for each name, before its values; a newline at the end', () => {
    const names = lines.map((line) => /^(?:# (HELP|TYPE) )?(\w+)/.exec(line)?.[2]).filter((name) => name !== undefined);
    expect(lines.filter((line) => line.startsWith('# TYPE'))).toHaveLength(new Set(names).size);
    for (const line of lines.slice(0, -1))
      expect(line).toMatch(/^(# HELP \w+ .+|# TYPE \w+ gauge|\w+(\{topic="\w+"\})? \d+)$/);
    expect(lines.at(-1)).toBe('');
  });
});
