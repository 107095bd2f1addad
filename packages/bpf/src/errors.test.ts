import { describe, expect, test } from 'vitest';
import { EngineError, makeEngineError } from './errors.ts';

const verifierLog =
  "libbpf: prog 'x': -- BEGIN PROG LOAD LOG --\nR1 invalid mem access 'scalar'\n-- END PROG LOAD LOG --";

describe('errors of the native engine', () => {
  test.each([
    ['open', 2, '', 'ENGINE_NOT_BUILT'],
    ['load', 1, '', 'ENGINE_NO_PRIVILEGE'],
    ['load', 13, verifierLog, 'ENGINE_VERIFIER_REJECTED'],
    ['load', 22, verifierLog, 'ENGINE_VERIFIER_REJECTED'],
    ['load', 22, '', 'ENGINE_NOT_SUPPORTED'],
    ['load', 12, '', 'ENGINE_NO_MEMORY'],
    ['load', 3, 'libbpf: failed to find valid kernel BTF', 'ENGINE_NO_BTF'],
    ['attach', 95, '', 'ENGINE_ATTACH_FAILED'],
    ['attach-uprobe', 1, '', 'ENGINE_NO_PRIVILEGE'],
    ['attach-tracepoint', 2, '', 'ENGINE_NO_TRACEFS'],
    ['read', 12, '', 'ENGINE_MAP_FAILED'],
    ['map', 2, '', 'ENGINE_WIRE_MISMATCH'],
    ['map-update', 7, '', 'ENGINE_MAP_FAILED'],
    ['misuse', 22, '', 'ENGINE_CLOSED'],
  ] as const)('%s with errno %i and log %j is %s', (...[operation, errno, detail, code]) => {
    const error = makeEngineError(operation, 'thing', errno, detail);
    expect(error).toBeInstanceOf(EngineError);
    expect(error).toMatchObject({ name: 'EngineError', code, errno, detail });
  });
});
