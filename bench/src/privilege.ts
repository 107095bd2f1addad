import { EngineError } from '@eyrie/bpf';
import { openRingBench } from '@eyrie/bpf/bench';

/** Says why a benchmark can't run here, if so: without root, BTF or the built addon there is nothing to measure. */
export function withoutCapture(name: string): boolean {
  try {
    void openRingBench().close();
    return false;
  } catch (error) {
    if (!(error instanceof EngineError)) throw error;
    console.log(`${name}: skipped, it needs to load BPF programs as root: ${error.message} (${error.code})`);
    return true;
  }
}
