import { EngineError } from '../errors.ts';
import { startTlsFamily, type AttachMode, type LoadedObjects } from '../families.ts';
import { loadNative, type NativeEngine } from '../native.ts';
import { resolveSizes } from '../sensor-options.ts';
import { findCanary } from '../targets/canary.ts';
import { TargetRegistry, type TlsTarget } from '../targets/target-registry.ts';

/** Probes that do nothing, at every place where a sensor would put its own. */
export interface EmptyProbes {
  readonly mode: AttachMode;
  targets(): TlsTarget[];
  /** Detaches. Idempotent. */
  close(): void;
}

function attachEverywhere(native: NativeEngine): EmptyProbes {
  const canary = findCanary();
  if (canary === undefined)
    throw new EngineError('ENGINE_NOT_BUILT', 'The native addon has no place to probe.');
  const objects: LoadedObjects = { native, ringBytes: resolveSizes({}).ringBytes, base: undefined };
  const tls = startTlsFamily(objects, canary, undefined, { file: 'bench.bpf.o', sweeps: [] });
  const registry = new TargetRegistry({
    attach: (path, probes) => tls.attach(path, probes),
    detach: (links) => native.detach(links),
    onTarget: () => undefined,
  });
  registry.scan();
  return { mode: tls.mode, targets: () => registry.targets(), close: () => native.close() };
}

/**
 * Finds the TLS functions of what runs now and of the distribution's libraries as a sensor does, and attaches an empty
 * program there in the way a sensor would. What is mapped later is left alone. Throws EngineError.
 */
export function openEmptyProbes(): EmptyProbes {
  const native = new (loadNative().NativeEngine)();
  try {
    return attachEverywhere(native);
  } catch (error) {
    native.close();
    throw error;
  }
}
