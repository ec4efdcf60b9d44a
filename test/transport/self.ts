import { SelfTransport } from '../../src/transport/self.ts';
import { testTransport } from '../helpers/transport-contract.ts';

testTransport(
  'self',
  () => ({ size: 1, connect: (rank, events) => new SelfTransport(rank, events) }),
  {
    'waits until wanted': 'a frame to oneself is here as soon as it is sent',
    'early frames': 'a rank is always there for itself',
  },
);
