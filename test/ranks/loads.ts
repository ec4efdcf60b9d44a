// Rank 0 tells which modules of Node have been loaded once two ranks have exchanged messages.
import { world } from 'tsmpi';

await world.sendReceive(world.rank, 1 - world.rank, 1 - world.rank);
if (world.rank === 0) {
  const { moduleLoadList } = process as unknown as { readonly moduleLoadList: readonly string[] };
  for (const name of moduleLoadList) {
    const [, module = ''] = /^NativeModule ([a-z_]+)$/.exec(name) ?? [];
    if (module !== '') console.log(module);
  }
}
