/** Run by a test: writes events to the database named on the command line and prints ids as they are committed. */
import { startWriter } from '../src/index.ts';
import { sampleAiEvent, sampleEvent, sampleProcess } from './sample-events.ts';

const path = process.argv[2];
if (path === undefined) throw new Error('name a database');
const writer = await startWriter({ path });
for (let number = 0; ; number += 100) {
  const events = Array.from({ length: 100 }, (_, index) =>
    index % 10 === 0
      ? sampleAiEvent(number + index, { event: { searchText: `words ${index}` } })
      : sampleEvent(number + index, { process: sampleProcess(number + index) }),
  );
  const commit = writer.write(events);
  if (number % 1000 === 0) process.stdout.write(`${(await commit).lastId}\n`);
}
