import test, { type ExecutionContext } from 'ava';
import type { Outcome } from '../../../src/launch/doctor/outcome.ts';
import { tryStart } from '../../../src/launch/doctor/try-start.ts';
import { startByTemplate } from '../../../src/launch/remote/command.ts';
import { startWarden } from '../../../src/launch/start/warden.ts';

/** Try a host on which a command is run by this text of the shell, as `"$@"`. */
async function tryBy(t: ExecutionContext, script: string, patienceMs?: number): Promise<Outcome> {
  const warden = startWarden();
  t.teardown(() => warden.end());
  const way = startByTemplate(`sh -c '${script}' {host} {command}`);
  return await tryStart(way, { name: 'node1', slots: 1 }, warden, patienceMs);
}

test('a command that gets its input and gives its output is all that is needed', async (t) => {
  t.deepEqual(await tryBy(t, 'exec "$@"'), { result: 'ok' });
});

test('what profiles print before and after does no harm', async (t) => {
  t.deepEqual(await tryBy(t, 'echo Welcome; printf "no end of line\\n"; "$@"; echo bye; exit 3'), {
    result: 'ok',
  });
});

test('what ssh says of a login that it refuses is told, with the command and a remedy', async (t) => {
  const outcome = await tryBy(t, 'echo "ada@node1: Permission denied (publickey)." >&2; exit 255');
  t.like(outcome, {
    result: 'failed',
    problem: 'sh ended with exit code 255: ada@node1: Permission denied (publickey).',
  });
  t.regex(commandOf(outcome), /^echo hello \| sh -c '.*' node1 cat$/);
  t.regex('remedy' in outcome ? outcome.remedy : '', /ssh-copy-id node1/);
});

for (const [what, said, remedy] of [
  ['No key', 'No ED25519 host key is known for node1\nHost key verification failed.', /ssh node1/],
  [
    'Another key',
    'Host key for node1 has changed and you have requested strict checking.\nHost key verification failed.',
    /ssh-keygen -R node1/,
  ],
] as const) {
  test(`${what} of the host is known: a remedy of its own`, async (t) => {
    const outcome = await tryBy(t, `printf "${said.replaceAll('\n', '\\n')}\\n" >&2; exit 255`);
    t.regex('remedy' in outcome ? outcome.remedy : '', remedy);
  });
}

test('an input that is not connected, and a terminal in between, are told as such', async (t) => {
  t.like(await tryBy(t, '"$@" </dev/null'), {
    result: 'failed',
    problem: 'sh runs a command there, but what is sent to it does not come back',
  });
  t.like(await tryBy(t, '"$@" | sed "s/$/\r/"'), {
    result: 'failed',
    problem: 'sh puts a terminal in between, which changes what is sent',
  });
});

test('a command from which nothing comes is waited for only so long', async (t) => {
  t.like(await tryBy(t, 'sleep 60', 300), {
    result: 'failed',
    problem: 'sh started, but nothing came back in 0.3 s',
  });
});

test('a program that is not there is told', async (t) => {
  const warden = startWarden();
  t.teardown(() => warden.end());
  const way = startByTemplate('no-such-program {host} {command}');
  t.like(await tryStart(way, { name: 'a', slots: 1 }, warden), {
    result: 'failed',
    problem: 'no-such-program cannot be run: there is no program no-such-program',
    command: 'echo hello | no-such-program a cat',
  });
});

function commandOf(outcome: Outcome): string {
  return 'command' in outcome ? outcome.command : '';
}
