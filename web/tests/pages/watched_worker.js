// The package's worker with its memories collected.
import './watch_memories.js';
import '/package/worker.js';
