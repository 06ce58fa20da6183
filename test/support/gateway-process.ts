import { fitHeap } from '../../gateway/cli/fit-heap.js';

// As the program does it: what is measured of this process would be another heap's else.
fitHeap();
await import('./gateway-program.js');
