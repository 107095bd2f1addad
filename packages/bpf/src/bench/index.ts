export { openEmptyProbes, type EmptyProbes } from './empty-probes.ts';
export {
  openRingBench,
  type ProducerOptions,
  type ProducerState,
  type RingBench,
  type RingBenchOptions,
} from './ring-bench.ts';
