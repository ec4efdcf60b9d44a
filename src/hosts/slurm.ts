import { shown } from '../base/show.ts';
import { collectHosts } from './collect.ts';
import type { Host } from './host.ts';
import { readHostList } from './host-list.ts';
import { HostMistake } from './mistake.ts';
import { MAX_HOSTS } from './range.ts';

/**
 * Read the hosts of a Slurm allocation: `node[1-2],gpu7` with `2(x2),1` tasks on them.
 *
 * @param nodes  what Slurm writes into SLURM_JOB_NODELIST
 * @param tasks  what it writes into SLURM_TASKS_PER_NODE: a number for each node
 * @throws HostMistake
 */
export function readSlurmHosts(nodes: string, tasks: string): Host[] {
  const entries = readHostList(nodes);
  const counts = readTasks(tasks);
  if (counts.length !== entries.length) {
    throw new HostMistake(
      `${shown(nodes)} has ${entries.length} nodes, but ${shown(tasks)} gives the tasks of ${counts.length}`,
    );
  }
  return collectHosts(entries.map((entry, index) => ({ ...entry, slots: counts[index] })));
}

function readTasks(text: string): number[] {
  return text.split(',').flatMap((part) => {
    const [, tasks = '', times = '1'] = /^(\d{1,6})(?:\(x(\d{1,4})\))?$/.exec(part.trim()) ?? [];
    if (tasks === '' || Number(times) > MAX_HOSTS) {
      throw new HostMistake(`${shown(text)} gives no numbers of tasks; they look like 2(x2),1`);
    }
    return new Array<number>(Number(times)).fill(Number(tasks));
  });
}
