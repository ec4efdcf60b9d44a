import { readFileSync, writeFileSync } from 'node:fs';
import test from 'ava';
import { sharedBed } from '../helpers/cluster.ts';
import { tsrun } from '../helpers/run.ts';

/** More than one host starts by itself. */
const HOSTS = 34;

const bed = sharedBed({ hosts: 4, private: true });

test('beyond 32 hosts agents start agents, and all find each other', async (t) => {
  t.timeout(170_000);
  // Four hosts under many names are as many hosts to tsrun, with an agent each.
  const { hosts, sshConfig } = bed();
  const aliases = Array.from({ length: HOSTS }, (_, n) => {
    const { name, address } = hosts[n % hosts.length] ?? { name: '', address: '' };
    return `Host many${n + 10}\n  HostName ${address}\n  HostKeyAlias ${name}\n`;
  });
  const plain = readFileSync(sshConfig, 'utf8');
  // Beside the other one, since hosts that go on to further hosts read it as well.
  const config = `${sshConfig}.many`;
  writeFileSync(config, aliases.join('') + plain.replace(/^Host (?=node1 \S)/m, 'Host many* '));
  const list = `many[10-${HOSTS + 9}]`;
  const end = await tsrun(
    t,
    ['-H', list, '--ssh-args', `-F ${config}`, '--host-timeout', '60', '--wdir', '/usr', 'ring.ts'],
    { limitMs: 160_000 },
  );
  const stdout = `${Array.from({ length: HOSTS }, (_, rank) => `P${rank}`).join('')}\n`;
  t.like(end, { code: 0, stdout, stderr: '' });
});
