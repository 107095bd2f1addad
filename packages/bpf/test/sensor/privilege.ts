import { probePlatform } from '../../src/index.ts';

const { error } = probePlatform();

/**
 * Why tests that need a real kernel can't run here, undefined when they can. In CI they are not skipped: they run and
 * fail, so that a broken runner is noticed.
 */
export const cannotCapture: string | undefined = process.env['CI'] === 'true' ? undefined : error?.message;
