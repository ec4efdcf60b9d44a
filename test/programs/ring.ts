import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { LIBRARY, lineOf, plain, Run, temporaryFolder, tsrun } from '../helpers/run.ts';

function ring(size: number): string {
  return Array.from({ length: size }, (_, rank) => `P${rank}`).join('');
}

for (const transport of ['zeromq', 'zeromq-tcp']) {
  for (const size of [1, 2, 4, 7]) {
    test(`a message goes round ${size} ranks over ${transport}`, async (t) => {
      const end = await tsrun(t, ['-n', `${size}`, '--transport', transport, 'ring.ts']);
      t.like(end, { code: 0, stdout: `${ring(size)}\n`, stderr: '' });
    });
  }
}

test('a message goes round 32 ranks', async (t) => {
  const end = await tsrun(t, ['-n', '32', 'ring.ts']);
  t.like(end, { code: 0, stdout: `${ring(32)}\n`, stderr: '' });
});

test('plain node is a world of one rank, and says so once', async (t) => {
  const program = join(temporaryFolder(t), 'alone.mjs');
  writeFileSync(
    program,
    `import { finalize, self, world } from '${LIBRARY}';
    import { world as again } from '${LIBRARY}';
    const received = world.receive(0);
    await again.send(['to myself'], 0);
    console.log(world.rank, world.size, self.size, await received);
    await finalize();`,
  );
  const end = await (await Run.node(t, [program])).ended;
  t.like(end, {
    code: 0,
    stdout: "0 1 1 [ 'to myself' ]\n",
    stderr:
      'tsmpi: this world has 1 rank; for more, start the program with tsrun: npx tsrun -n 4 program.ts\n',
  });
});

test('in plain node a receive that nobody can answer ends with an error that names the line', async (t) => {
  const program = join(temporaryFolder(t), 'dead-end.mjs');
  writeFileSync(
    program,
    `import { world } from '${LIBRARY}';
    async function helper() {
      return await world.receive(0, { tag: 3 });
    }
    await helper();`,
  );
  const { code, stderr } = await (await Run.node(t, [program])).ended;
  t.is(code, 1);
  t.regex(
    stderr,
    /MpiError: rank 0: receive from 0, tag 3: it can never complete: this world has one rank/,
  );
  t.regex(stderr, /at async helper \(.*dead-end\.mjs:3:14\)/);
  t.regex(stderr, /dead-end\.mjs:5:5/);
});

test('in a job of one rank a receive that nobody can answer ends with an error that names the line', async (t) => {
  const { code, stderr } = await tsrun(t, ['-n', '1', 'finalize.ts', 'alone']);
  t.is(code, 1);
  t.deepEqual(plain(stderr), [
    'tsrun: rank 0 failed: MpiError [ERR_PROC_FINISHED]: rank 0: receive from 0, tag 3: it can never complete: this world has one rank, and this rank has nothing else under way',
    `  at async <anonymous> (${lineOf('finalize.ts', 'receive(0, { tag: 3 })')})`,
  ]);
});
