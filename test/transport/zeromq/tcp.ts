import { testTransport } from '../../helpers/transport-contract.ts';
import { TcpNetwork } from '../../helpers/zeromq-network.ts';

testTransport('zeromq over tcp with CURVE', (t) => new TcpNetwork(t, 5));
testTransport('zeromq over tcp with PLAIN', (t) => new TcpNetwork(t, 5, false));
