import { grownNetwork } from '../../helpers/shm-network.ts';
import { testTransport } from '../../helpers/transport-contract.ts';

// A world of two has spawned one of two, and one of the four a fifth: frames go from the oldest to the youngest.
testTransport('shm in several parts', (t) => {
  return grownNetwork(
    t,
    [
      { members: [0, 1], ringBytes: 16 * 1024 },
      { members: [2, 3], ringBytes: 8 * 1024, elders: [0, 1], elderRingBytes: 4096 },
      { members: [4], ringBytes: 4096, elders: [0, 1, 2, 3], elderRingBytes: 32 * 1024 },
    ],
    { spinMs: 0.02, giveWayAfterMs: 0.01, turnMs: 1, sleepMs: 3 },
  );
});
