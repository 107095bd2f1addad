import { builtFile } from '../native.ts';
import { withElf } from './elf.ts';
import type { TlsProbe } from './tls-functions.ts';

/**
 * A place in our own addon that runs only while it is being loaded: attaching there shows whether attaching works at
 * all, and costs nobody anything. Undefined when the addon has no such function.
 */
export function findCanary(): { readonly path: string; readonly probe: TlsProbe } | undefined {
  const path = builtFile('eyrie_bpf.node');
  const name = 'napi_register_module_v1';
  const { value: offset } = withElf(path, (elf) => {
    const address = elf.findFunctions([name], [name]).get(name);
    return address === undefined ? undefined : elf.fileOffset(address);
  });
  if (offset === undefined) return undefined;
  return { path, probe: { covers: [name], offset, cookie: 0, instruction: 'unknown', cheap: false } };
}
