// The package's worker, its memories in sight.
import './watch_memories.js';
import '/package/worker.js';
