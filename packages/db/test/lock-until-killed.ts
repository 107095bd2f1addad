/** Claims the directory given as argument, says so, and stays until it is killed. */
import { lockStorage } from '../src/lock-storage.ts';

lockStorage(process.argv[2] ?? '');
process.stdout.write('locked\n');
setInterval(() => undefined, 60_000);
