import { describe, expect, it } from 'vitest';
import { encodeExec } from '../../test/encode-records.ts';
import { agent } from '../../test/scenario.ts';
import { createScopeGate } from './scope-gate.ts';

const nobody = { cgroups: [], users: [], executables: [], subtreePids: [] };
const selected = { mode: 'selected', ...nobody, subtreePids: [7], exclude: nobody } as const;
const at = (ktimeUs: number): Buffer => encodeExec({ ...agent, ktimeUs });

describe('createScopeGate', () => {
  it('holds back and counts what was recorded before the scope was in force', () => {
    const gate = createScopeGate(selected, 100);
    expect(gate.admit(Buffer.concat([at(50), at(99)])).byteLength).toBe(0);
    expect(gate.admit(Buffer.concat([at(99), at(100), at(101)]))).toEqual(Buffer.concat([at(100), at(101)]));
    expect(gate.dropped).toBe(3);
    expect(gate.admit(at(102))).toEqual(at(102));
    expect(gate.admit(Buffer.from([1, 2, 3]))).toHaveLength(3);
  });

  it('lets everything through when everything is captured', () => {
    const gate = createScopeGate({ mode: 'everything', ...nobody, exclude: nobody }, 100);
    expect(gate.admit(at(50))).toEqual(at(50));
    expect(gate.dropped).toBe(0);
  });

  it('ends on a batch that makes no sense', () => {
    const gate = createScopeGate(selected, Number.MAX_SAFE_INTEGER);
    expect(gate.admit(Buffer.alloc(1000)).byteLength).toBeLessThan(16);
  });
});
