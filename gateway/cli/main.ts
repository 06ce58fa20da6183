#!/usr/bin/env node
import { fitHeap } from './fit-heap.js';

// Before everything else: loading the rest collects the heap for the first time.
fitHeap();
await import('./command-line.js');
