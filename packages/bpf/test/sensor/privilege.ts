import { probePlatform } from '../../src/index.ts';

const { error } = probePlatform();

/** What a machine may lack without anything being wrong with the code. */
const lacking: readonly string[] = [
  'ENGINE_NO_PRIVILEGE',
  'ENGINE_NOT_LINUX',
  'ENGINE_NO_BTF',
  'ENGINE_NOT_BUILT',
];

/**
 * Why tests that need a real kernel can't run here, undefined when they can. In CI they are not skipped: they run and
 * fail, so that a broken runner is noticed.
 */
export const cannotCapture: string | undefined =
  process.env['CI'] !== 'true' && error !== undefined && lacking.includes(error.code)
    ? error.message
    : undefined;
