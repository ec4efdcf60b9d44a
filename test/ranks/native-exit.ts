/** Ends with code 3 while a function of C has a minute to go. */
import { native } from 'tsmpi/native';

const { compute } = await native('./native.c', { compute: 'uint64_t compute(double seconds)' });
void compute(60);
setImmediate(() => {
  console.log('ends');
  process.exit(3);
});
