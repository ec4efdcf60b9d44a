import { testTransport } from '../../helpers/transport-contract.ts';
import { tcpNetwork } from '../../helpers/zeromq-network.ts';

testTransport('zeromq over tcp with CURVE', (t) => tcpNetwork(t, 5));
