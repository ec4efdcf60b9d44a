import test from 'ava';
import {
  allIsWell,
  type HostReport,
  type Outcome,
  type Step,
} from '../../../src/launch/doctor/outcome.ts';
import { jsonOf, showReports } from '../../../src/launch/doctor/show.ts';

const OK: Outcome = { result: 'ok' };
const REFUSED: Outcome = {
  result: 'failed',
  problem: 'no ssh server answers',
  command: 'nc -v node2 22',
  remedy: 'start sshd',
};
const LATE: Outcome = {
  result: 'warning',
  found: '+5.0 s ±1 ms',
  problem: 'its clock is ahead',
  command: '',
  remedy: 'set it',
};

const HERE: HostReport = {
  host: 'laptop',
  startName: undefined,
  outcomes: new Map<Step, Outcome>([
    ['resolve', { result: 'skipped' }],
    ['node', { result: 'ok', found: '22.1.0' }],
  ]),
};
const NODE1: HostReport = {
  host: 'node1',
  startName: 'ssh',
  outcomes: new Map<Step, Outcome>([
    ['resolve', { result: 'skipped', found: 'by proxy' }],
    ['start', OK],
    ['clock', LATE],
  ]),
};
const NODE2: HostReport = {
  host: 'node2',
  startName: 'ssh',
  outcomes: new Map<Step, Outcome>([
    ['resolve', OK],
    ['tcp', REFUSED],
  ]),
};

test('each host has a line, and each trouble stands below with its command and its remedy', (t) => {
  t.is(
    showReports([HERE, NODE1, NODE2]),
    `host    resolve   tcp  ssh  node      runtime  clock           ports
laptop  –         –    –    ✓ 22.1.0  –        –               –
node1   by proxy  –    ✓    –         –        ! +5.0 s ±1 ms  –
node2   ✓         ✗    –    –         –        –               –

node1: clock, a warning: its clock is ahead
  remedy:  set it

node2: tcp: no ssh server answers
  by hand: nc -v node2 22
  remedy:  start sshd
`,
  );
});

test('the same trouble of several hosts is told once', (t) => {
  const text = showReports([NODE2, { ...NODE2, host: 'node3' }]);
  t.is(text.split('\n\n').length, 2);
  t.regex(text, /^node2, node3: tcp: no ssh server answers$/m);
});

test('where hosts are started in different ways, the step has its own name', (t) => {
  t.regex(showReports([NODE1, { ...NODE2, startName: 'srun' }]), /^host +resolve +tcp +start /);
});

test('what a host says stays on its line', (t) => {
  const problem = 'it says \u001b[2J\nnode1: tcp: all is well';
  const outcomes = new Map<Step, Outcome>([['tcp', { ...REFUSED, problem }]]);
  t.regex(showReports([{ ...NODE2, outcomes }]), /it says \\x1b\[2J\\nnode1/);
});

test('a warning hinders nothing, a failure does', (t) => {
  t.true(allIsWell([HERE, NODE1]));
  t.false(allIsWell([HERE, NODE1, NODE2]));
});

test('as JSON there are all steps of all hosts', (t) => {
  const { ok, hosts } = JSON.parse(jsonOf([NODE1, NODE2]));
  t.false(ok);
  t.like(hosts[1], { host: 'node2', start: 'ssh' });
  t.deepEqual(
    hosts[1].steps.map(({ step, result }: { step: string; result: string }) => `${step} ${result}`),
    [
      'resolve ok',
      'tcp failed',
      'start skipped',
      'node skipped',
      'runtime skipped',
      'clock skipped',
      'ports skipped',
    ],
  );
  t.like(hosts[1].steps[1], REFUSED);
});
