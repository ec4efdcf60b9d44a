import test from 'ava';
import { FOREIGN_HOST } from '../../../src/control/message.ts';
import { Stage } from '../../helpers/job-stage.ts';

const RESERVE = { kind: 'reserve', id: 1, count: 2, name: 'client.ts' } as const;
const GROWN = { kind: 'grown', first: 2, hosts: [FOREIGN_HOST, FOREIGN_HOST], segments: [] };
const SPAWNED = { kind: 'spawned', id: 1, first: 2, count: 2 } as const;

test('processes of another job get the next numbers, of which all hear before the one who asked', (t) => {
  const stage = new Stage({ size: 2 }).join().say(0, RESERVE);
  t.deepEqual(stage.told(0), [GROWN, SPAWNED]);
  t.deepEqual(stage.told(1), [GROWN]);
  stage.spawn(1, { id: 2 });
  t.deepEqual(stage.told(1)[1], { kind: 'grown', first: 4, hosts: [0], segments: [] });
});

test('what becomes of them is told to all by the one who asked, and by nobody else', (t) => {
  const stage = new Stage({ size: 2 }).join().say(0, RESERVE);
  stage.say(1, { kind: 'foreign', process: 2, end: { lost: 'a lie' } });
  stage.say(0, { kind: 'foreign', process: 1, end: { lost: 'another one' } });
  stage.say(0, { kind: 'foreign', process: 2, end: { lost: 'it was killed' } });
  stage.say(0, { kind: 'foreign', process: 3, end: { framesSent: [5, 6] } });
  const news = [
    { kind: 'lost', rank: 2, reason: 'it was killed' },
    { kind: 'finalizing', rank: 3, framesSent: [5, 6] },
  ];
  t.deepEqual(stage.told(0).slice(2), news);
  t.deepEqual(stage.told(1).slice(1), news);
});

test('a job waits for none of another one, neither to let its ranks go nor to end', (t) => {
  const stage = new Stage({ size: 2 }).join().say(0, RESERVE).finalize(0, 1);
  t.deepEqual(stage.told(1).at(-1), { kind: 'finalized' });
  t.is(stage.end(0, 0).end(1, 0).exit?.code, 0);
  t.is(stage.text, '');
});

test('who speaks for a job hears of its ranks that enter finalize, though it is there already', (t) => {
  const stage = new Stage({ size: 3 })
    .join()
    .say(0, { ...RESERVE, count: 1 })
    .finalize(0, 1);
  const kinds = (rank: number): string[] => stage.told(rank).map(({ kind }) => kind);
  t.deepEqual(kinds(0), ['grown', 'spawned', 'finalizing']);
  t.deepEqual(kinds(1), ['grown', 'finalizing']);
});

test('when the one who speaks with the other job is lost, so is that job', (t) => {
  const stage = new Stage({ size: 2, onFailure: 'continue' }).join().say(0, RESERVE);
  stage.say(0, { kind: 'foreign', process: 2, end: { framesSent: [] } });
  stage.end(0, 'SIGKILL');
  const lost = stage.told(1).filter(({ kind }) => kind === 'lost');
  t.deepEqual(
    lost.map((news) => 'rank' in news && news.rank),
    [0, 3],
  );
  t.regex(
    JSON.stringify(lost[1]),
    /killed by SIGKILL.*and with it the connection to the other job/,
  );
});

test('the failure of another job is not that of this one, and it is not shown among its ranks', (t) => {
  const stage = new Stage({ size: 2 }).join().say(0, RESERVE);
  stage.say(0, { kind: 'foreign', process: 2, end: { lost: 'it was killed' } });
  stage.job.signal('SIGQUIT');
  stage.answer(0, []).answer(1, []);
  t.regex(stage.text, /ranks 0-1 +running/);
  t.notRegex(stage.text, /client/);
  t.is(stage.exit, undefined);
  // Who cannot do without it fails by itself.
  stage.fail(1, 'it needed the other', 2).end(1, 1).pass(5000).end(0, 0);
  t.is(stage.exit?.code, 1);
});
