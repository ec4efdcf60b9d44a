import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { startWarden } from '../../../src/launch/start/warden.ts';
import { isGone, Launcher, makeFolder, until } from '../../helpers/launcher.ts';

const BUSY_WITH_CHILD = `
  import { spawn } from 'node:child_process';
  import { writeSync } from 'node:fs';
  const child = spawn('sleep', ['1000']);
  writeSync(1, 'child ' + child.pid + '\\n');
  while (true) {}`;

for (const whole of [false, true]) {
  const what = whole ? 'the whole process group of the launcher' : 'the launcher';
  test(`after kill -9 of ${what} nothing is left, not even a rank in a busy loop`, async (t) => {
    const launcher = new Launcher(t, [BUSY_WITH_CHILD, 'setInterval(() => {}, 1000)']);
    const child = (): number => launcher.pidOf('out 0 child');
    await until('both ranks run', () => child() > 0 && launcher.pidOf('started 1') > 0);
    const pids = [
      launcher.pidOf('started 0'),
      launcher.pidOf('started 1'),
      child(),
      launcher.wardenPid(),
    ];
    t.deepEqual(pids.filter(isGone), []);
    if (whole) launcher.signalGroup('SIGKILL');
    else launcher.signal('SIGKILL');
    t.is(await launcher.ended, 'SIGKILL');
    await until('all are gone', () => pids.every(isGone));
    t.false(existsSync(launcher.folder));
  });
}

test('the warden takes no notice of the signals that end a terminal session', async (t) => {
  const launcher = new Launcher(t, [BUSY_WITH_CHILD]);
  await until('the rank runs', () => launcher.pidOf('out 0 child') > 0);
  const warden = launcher.wardenPid();
  for (const signal of ['SIGHUP', 'SIGINT', 'SIGQUIT', 'SIGTERM'] as const) {
    process.kill(warden, signal);
  }
  launcher.signal('SIGKILL');
  await launcher.ended;
  await until('the rank is gone', () => isGone(launcher.pidOf('started 0')));
  t.false(existsSync(launcher.folder));
});

test('the warden and the folder go when the launcher ends in order', async (t) => {
  const launcher = new Launcher(t, [
    `console.log('ready'); 
    setInterval(() => {}, 1000);`,
  ]);
  await launcher.told('out 0 ready');
  const warden = launcher.wardenPid();
  t.false(isGone(warden));
  launcher.signal('SIGTERM');
  t.is(await launcher.ended, 143);
  t.false(existsSync(launcher.folder));
  await until('the warden is gone', () => isGone(warden));
});

test('a folder is removed though somebody goes on to put files there for a while', async (t) => {
  const launcher = new Launcher(t, [`console.log('ready'); setInterval(() => {}, 1000);`]);
  await launcher.told('out 0 ready');
  const { folder } = launcher;
  const warden = launcher.wardenPid();
  // One that the launcher has not started, and does not end.
  const script = `const { writeFileSync } = require('node:fs');
    const end = Date.now() + 500;
    console.log('writes');
    for (let n = 0; Date.now() < end; n += 1) {
      try { writeFileSync(process.argv[1] + '/' + n, ''); } catch { break; }
    }`;
  const writer = execFile(process.execPath, ['-e', script, folder]);
  await new Promise((resolve) => writer.stdout?.once('data', resolve));
  launcher.signal('SIGKILL');
  await launcher.ended;
  await until('the warden is gone', () => isGone(warden));
  t.false(existsSync(folder));
});

test('a folder that mkdtemp did not make for us is never removed', async (t) => {
  const parent = makeFolder(t);
  const url = new URL('../../../src/launch/start/warden.js', import.meta.url);
  const names = [
    'precious',
    'tsmpi-',
    'tsmpi-abcde',
    'tsmpi-abcdef0',
    'tsmpi-abc.ef',
    'xtsmpi-abcdef',
  ];
  for (const name of [...names, 'tsmpi-abcdef']) mkdirSync(join(parent, name));
  for (const name of [...names, 'tsmpi-abcdef']) {
    const program = `
      const { startWarden } = await import(${JSON.stringify(url.href)});
      startWarden().watchFolder(${JSON.stringify(join(parent, name))});
      process.kill(process.pid, 'SIGKILL');`;
    await new Promise((resolve) => {
      execFile(process.execPath, ['--input-type=module', '-e', program], resolve);
    });
  }
  await until('our own folder is gone', () => !existsSync(join(parent, 'tsmpi-abcdef')));
  t.deepEqual(
    names.filter((name) => !existsSync(join(parent, name))),
    [],
  );
});

const onLinux = process.platform === 'linux' ? test : test.skip;

onLinux('a rank that the launcher was just starting when it was killed is found', async (t) => {
  const url = new URL('../../../src/launch/start/warden.js', import.meta.url);
  const program = `
    const { spawn } = await import('node:child_process');
    const { startWarden } = await import(${JSON.stringify(url.href)});
    const warden = startWarden();
    warden.expect();
    const { pid } = spawn('sleep', ['1000'], { detached: true, stdio: 'ignore', env: warden.env });
    process.stdout.write(String(pid), () => process.kill(process.pid, 'SIGKILL'));`;
  const pid = await new Promise<number>((resolve) => {
    const args = ['--input-type=module', '-e', program];
    execFile(process.execPath, args, (_error, stdout) => resolve(Number(stdout)));
  });
  t.true(pid > 0);
  await until('the rank is gone', () => isGone(pid));
});

onLinux('what is to be asked ends by itself, or by SIGTERM, or else by SIGKILL', async (t) => {
  const url = new URL('../../../src/launch/start/warden.js', import.meta.url);
  const folder = makeFolder(t);
  const note = (name: string): string => `: > ${folder}/${name}`;
  const scripts = [
    `trap '${note('told')}; exit' TERM; read line; ${note('own')}`,
    `trap '${note('asked')}; exit' TERM; while :; do sleep 0.05; done`,
    `trap '${note('ignored')}' TERM; while :; do sleep 0.05; done`,
  ];
  const program = `
    const { spawn } = await import('node:child_process');
    const { startWarden } = await import(${JSON.stringify(url.href)});
    const warden = startWarden();
    const pids = ${JSON.stringify(scripts)}.map((script) => {
      warden.expect();
      const { pid } = spawn('sh', ['-c', script], {
        detached: true,
        stdio: ['pipe', 'ignore', 'ignore'],
      });
      warden.add(pid, true);
      return pid;
    });
    process.stdout.write(JSON.stringify(pids), () => process.kill(process.pid, 'SIGKILL'));`;
  const pids = await new Promise<number[]>((resolve) => {
    const args = ['--input-type=module', '-e', program];
    execFile(process.execPath, args, (_error, stdout) => resolve(JSON.parse(stdout)));
  });
  t.is(pids.length, 3);
  await until('all are gone', () => pids.every(isGone));
  t.deepEqual(readdirSync(folder).sort(), ['asked', 'ignored', 'own']);
});

test('without a shell there is no warden, and one line for --verbose', async (t) => {
  const lines: string[] = [];
  const warden = startWarden({ shell: '/nowhere/sh', verbose: (text) => lines.push(text) });
  warden.add(12345);
  await until('the line', () => lines.length > 0);
  warden.remove(12345);
  warden.end();
  t.is(lines.length, 1);
  t.regex(lines[0] ?? '', /^ranks may survive .*\/nowhere\/sh/);
});
