import test from 'ava';
import { startFailure } from '../../../src/launch/remote/host-error.ts';

/** What ssh says, and a word of the remedy. */
const SAID: readonly (readonly [line: string, remedy: RegExp])[] = [
  ['ada@node1: Permission denied (publickey,password).', /ssh -o BatchMode=yes node1 true/],
  ['Received disconnect from 10.0.0.1 port 22:2: Too many authentication failures', /ssh-copy-id/],
  ['Host key verification failed.', /connect once by hand, ssh node1/],
  ['@    WARNING: REMOTE HOST IDENTIFICATION HAS CHANGED!     @', /connect once by hand/],
  ['ssh: Could not resolve hostname node1: Name or service not known', /check the name/],
  ['ssh: Could not resolve hostname node1: Temporary failure in name resolution', /check the name/],
  ['ssh: connect to host node1 port 22: Connection refused', /is sshd running on node1/],
  ['ssh: connect to host node1 port 22: Connection timed out', /node1 does not answer/],
  ['ssh: connect to host node1 port 22: No route to host', /node1 does not answer/],
  ['ssh: connect to host node1 port 22: Network is unreachable', /node1 does not answer/],
  ['Timeout, server node1 not responding.', /node1 does not answer/],
  ['kex_exchange_identification: Connection closed by remote host', /MaxStartups/],
  ['kex_exchange_identification: read: Connection reset by peer', /MaxStartups/],
  ['Connection closed by 10.0.0.1 port 22', /MaxStartups/],
];

for (const [line, remedy] of SAID) {
  test(`there is a remedy for: ${line}`, (t) => {
    const error = startFailure('node1', 'ssh', 'ended with exit code 255', [line]);
    t.is(error.host, 'node1');
    t.is(error.message, `ssh ended with exit code 255: ${line}`);
    t.regex(error.remedy, remedy);
  });
}

test('what nobody knows is told as it is, without a remedy', (t) => {
  const error = startFailure('node1', 'kubectl', 'ended with exit code 1', ['pods', 'not found']);
  t.is(error.message, 'kubectl ended with exit code 1: pods; not found');
  t.is(error.remedy, '');
  t.is(
    startFailure('node1', 'true', 'ended with exit code 0', []).message,
    'true ended with exit code 0',
  );
});
